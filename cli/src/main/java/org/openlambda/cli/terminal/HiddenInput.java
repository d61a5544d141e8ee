package org.openlambda.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Reads what nobody should see: neither on the screen, nor in the list of processes, so it is
/// never an argument.
public final class HiddenInput {
  /// The most that is read, in bytes: more than a function's environment may have.
  static final int MOST = 64 * 1024;

  /// In bytes.
  private static final int LONGEST_PASSWORD = 1_024;

  private HiddenInput() {}

  /// Whether a person types it at a terminal.
  public static boolean isTyped(Surroundings around) {
    return Tty.ofStandardInput().terminal() && around.in().equals(System.in);
  }

  /// A password that is typed at the terminal, and not shown; where the standard input is none, its
  /// next line. Blocks.
  ///
  /// @param question `Password of ada: `
  /// @throws IOException in one sentence, if there is none, it cannot be read unseen, or is longer
  ///   than 1 KiB
  public static String password(Surroundings around, String question) throws IOException {
    String password = isTyped(around) ? typed(question) : line(around.in());
    if (password.isEmpty()) {
      throw new IOException("a password is needed: type it, or send it to the standard input");
    }
    return password;
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new byte[LONGEST_PASSWORD];
    int count = 0;
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (count == LONGEST_PASSWORD) {
        throw new IOException("the password has more than " + LONGEST_PASSWORD + " bytes");
      }
      bytes[count++] = (byte) next;
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8).stripTrailing();
  }

  /// A line that is typed at the terminal, and not shown; where the standard input is none, all
  /// that comes by it, without the end of the last line. Blocks.
  ///
  /// @throws IOException in one sentence, if it cannot be read unseen, is no UTF-8, or is longer
  ///   than 64 KiB
  public static String text(Surroundings around, String question) throws IOException {
    if (isTyped(around)) {
      return typed(question);
    }
    byte[] bytes = around.in().readNBytes(MOST + 1);
    if (bytes.length > MOST) {
      throw new IOException("more than %,d bytes came by the standard input".formatted(MOST));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replaceFirst("\r?\n\\z", "");
    } catch (CharacterCodingException e) {
      throw new IOException("what came by the standard input is no UTF-8 text", e);
    }
  }

  private static String typed(String question) throws IOException {
    Console console = Objects.requireNonNull(System.console(), "there is one since Java 22");
    if (!console.isTerminal()) {
      throw new IOException(
          "the standard output is no terminal, so nothing can be asked: pipe the value in");
    }
    char[] typed = console.readPassword("%s", question);
    return typed == null ? "" : new String(typed);
  }
}
