package org.openlambda.control.cloudwatch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.control.logs.Position;

/// Where a page of events begins or ends, as clients pass it on: `f/` forward or `b/` backward, and
/// the [Position] that it goes on from, that not included.
///
/// @param forward whether what is printed later follows
record Token(boolean forward, Position position) {
  private static final Pattern FORM =
      Pattern.compile("([fb])/([0-7][0-9a-f]{7})([0-7][0-9a-f]{7})");

  static Token parse(String text) throws Refusal {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw Refusal.invalid("The specified nextToken is invalid.");
    }
    return new Token(
        form.group(1).equals("f"),
        new Position(Integer.parseInt(form.group(2), 16), Integer.parseInt(form.group(3), 16)));
  }

  String text() {
    return "%s/%08x%08x".formatted(forward ? "f" : "b", position.segment(), position.offset());
  }
}
