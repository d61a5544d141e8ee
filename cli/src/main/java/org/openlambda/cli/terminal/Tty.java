package org.openlambda.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What an output ends at: a terminal with colours, one without, or a file or pipe.
///
/// @param terminal whether a person reads it as it is written
/// @param coloured whether colours are wanted
public record Tty(boolean terminal, boolean coloured) {
  /// A file or a pipe.
  public static final Tty NONE = new Tty(false, false);

  private static final int BOLD = 1;
  private static final int DIM = 2;
  private static final int RED = 31;
  private static final int GREEN = 32;
  private static final int YELLOW = 33;

  /// What the standard input begins at.
  public static Tty ofStandardInput() {
    return of(0);
  }

  /// What the standard output ends at.
  public static Tty ofStandardOutput() {
    return of(1);
  }

  /// What the standard error ends at.
  public static Tty ofStandardError() {
    return of(2);
  }

  private static Tty of(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return judge(target.toString(), System.getenv());
    } catch (IOException e) {
      return NONE; // closed, or a system without /proc
    }
  }

  /// Judges a descriptor's target in `/proc` by its name (pts(4), tty(4)). A set, non-empty
  /// `NO_COLOR` (no-color.org) and `TERM=dumb` forbid colours.
  static Tty judge(String target, Map<String, String> environment) {
    boolean terminal =
        target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return new Tty(terminal, terminal && !plain);
  }

  public String bold(String text) {
    return paint(text, BOLD);
  }

  public String dim(String text) {
    return paint(text, DIM);
  }

  public String red(String text) {
    return paint(text, RED);
  }

  public String green(String text) {
    return paint(text, GREEN);
  }

  public String yellow(String text) {
    return paint(text, YELLOW);
  }

  private String paint(String text, int code) {
    return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /// The text with every control character but tabs replaced: what a handler printed cannot drive
  /// the terminal.
  public static String printable(String text) {
    return text.codePoints()
        .map(c -> c == '\t' || !Character.isISOControl(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
