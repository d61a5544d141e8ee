package org.openlambda.core.function;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Everything that is wrong with one thing, collected so that its author sees all of it at once.
/// The first [#KEPT] sentences are kept, the rest is counted. Used by one thread.
public final class Problems {
  /// How many sentences are kept.
  public static final int KEPT = 20;

  /// The longest piece of foreign text quoted, in characters.
  private static final int LONGEST_QUOTE = 160;

  private final List<String> kept = new ArrayList<>();
  private int count;

  /// Adds one sentence. Foreign text in it goes through [#quote] first.
  public void add(String problem) {
    count++;
    if (kept.size() < KEPT) {
      kept.add(problem);
    }
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Whether more would only be counted: time to stop looking.
  public boolean isFull() {
    return count >= KEPT;
  }

  /// The sentences, and one more that says how many were not kept.
  public List<String> list() {
    if (count == kept.size()) {
      return List.copyOf(kept);
    }
    var all = new ArrayList<>(kept);
    all.add("… and " + (count - kept.size()) + " more problems");
    return List.copyOf(all);
  }

  /// Does nothing if there is no problem.
  public void throwIfAny() throws Registry.BadBundle {
    if (!isEmpty()) {
      throw new Registry.BadBundle(list());
    }
  }

  /// Foreign text as it may appear in a message: in quotes, control characters (which could drive a
  /// terminal) replaced, at most 160 characters.
  public static String quote(String text) {
    var quoted = new StringBuilder("'");
    int end = Math.min(text.length(), LONGEST_QUOTE);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean printable = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
      quoted.append(printable ? c : '\uFFFD');
    }
    return quoted.append(end < text.length() ? "…'" : "'").toString();
  }

  /// Why the disk refused, without the paths of this machine: problems are shown to callers.
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "it is not there";
      case FileSystemException known when known.getReason() != null -> known.getReason();
      default -> e.getClass().getSimpleName();
    };
  }
}
