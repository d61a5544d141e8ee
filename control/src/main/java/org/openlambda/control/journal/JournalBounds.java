package org.openlambda.control.journal;

import org.openlambda.core.units.Bytes;

/// What a journal keeps at the most.
///
/// @param invocations the last so many
/// @param lines of one invocation, the newest
/// @param text of one invocation's lines, in UTF-8, with 25 bytes for each
/// @param allText memory of all lines together, at least 384 bytes of each that prints; the oldest
///   invocations lose theirs first
public record JournalBounds(int invocations, int lines, Bytes text, Bytes allText) {
  public static final JournalBounds DEFAULT =
      new JournalBounds(16_384, 1_000, Bytes.kibi(64), Bytes.mebi(64));

  public JournalBounds {
    if (invocations < 1 || lines < 1 || text.compareTo(allText) > 0) {
      throw new IllegalArgumentException(
          ("a journal keeps at least one invocation and one line, and its text in all is not less"
                  + " than that of one invocation: %d invocations, %d lines, %s, %s")
              .formatted(invocations, lines, text, allText));
    }
  }
}
