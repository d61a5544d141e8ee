package org.openlambda.cli.server;

import java.nio.charset.StandardCharsets;

/// Makes what a person typed fit for a request's path (RFC 3986, 3.3 and 3.4).
public final class PathText {
  private static final String UNRESERVED = "-._~";
  private static final String DELIMITERS = "/?:@!$&'()*+,;=%";

  private PathText() {}

  /// A path with an optional query, whose delimiters and percent signs are the person's own; spaces
  /// and letters beyond ASCII are encoded.
  public static String encoded(String typed) {
    return encoded(typed, UNRESERVED + DELIMITERS);
  }

  /// One segment of a path, in which nothing is a delimiter.
  public static String encodedSegment(String typed) {
    return encoded(typed, UNRESERVED);
  }

  private static String encoded(String typed, String kept) {
    var text = new StringBuilder(typed.length());
    for (byte each : typed.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xFF);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain || (c < 0x80 && kept.indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append("%%%02X".formatted((int) c));
      }
    }
    return text.toString();
  }
}
