package org.openlambda.fuzz;

import java.util.List;

/// What must hold, for every input.
public final class Oracle {
  private static final int LONGEST = 2000;

  private Oracle() {}

  /// @throws AssertionError if it does not hold
  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
  public static void that(boolean holds, String what, Object... values) {
    if (!holds) {
      throw new AssertionError(what.formatted(values));
    }
  }

  /// A sentence for people: of bounded length, and nothing in it drives a terminal or begins a line
  /// of a log.
  public static void isSentence(String text) {
    that(!text.isEmpty() && text.length() <= LONGEST, "a sentence of %d characters", text.length());
    that(text.chars().noneMatch(Character::isISOControl), "control characters in '%s'", text);
  }

  /// What a bad bundle is refused with.
  public static void areProblems(List<String> problems) {
    that(!problems.isEmpty() && problems.size() <= 21, "%d problems", problems.size());
    problems.forEach(Oracle::isSentence);
  }
}
