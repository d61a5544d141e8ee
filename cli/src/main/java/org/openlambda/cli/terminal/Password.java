package org.openlambda.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Asks for what must not be seen: neither on the screen, nor in the list of processes, so it is
/// never an argument.
public final class Password {
  private static final int LONGEST_BYTES = 1_024;

  private Password() {}

  /// Whether a person types it.
  public static boolean isTyped(Surroundings around) {
    return console(around).isPresent();
  }

  private static Optional<Console> console(Surroundings around) {
    return around.in().equals(System.in)
        ? Optional.ofNullable(System.console()).filter(Console::isTerminal)
        : Optional.empty();
  }

  /// From a terminal, without showing it; otherwise the next line of the input.
  ///
  /// @param prompt `Password of ada: `
  /// @throws IOException if there is none
  public static String read(Surroundings around, String prompt) throws IOException {
    Optional<Console> console = console(around);
    String password = console.isPresent() ? typed(console.get(), prompt) : line(around);
    if (password.isEmpty()) {
      throw new IOException("a password is needed: type it, or send it to the standard input");
    }
    return password;
  }

  private static String typed(Console console, String prompt) {
    char[] typed = console.readPassword("%s", prompt);
    return typed == null ? "" : new String(typed);
  }

  private static String line(Surroundings around) throws IOException {
    var bytes = new byte[LONGEST_BYTES];
    int count = 0;
    for (int next = around.in().read(); next >= 0 && next != '\n'; next = around.in().read()) {
      if (count == LONGEST_BYTES) {
        throw new IOException("the password has more than " + LONGEST_BYTES + " bytes");
      }
      bytes[count++] = (byte) next;
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8).stripTrailing();
  }
}
