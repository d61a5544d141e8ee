package org.openlambda.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Reads what nobody should see.
public final class HiddenInput {
  /// The most that is read, in bytes: more than a function's environment may have.
  static final int MOST = 64 * 1024;

  private HiddenInput() {}

  /// A line that is typed at the terminal, and not shown; where the standard input is none, all
  /// that comes by it, without the end of the last line. Blocks.
  ///
  /// @throws IOException in one sentence, if it cannot be read unseen, is no UTF-8, or is longer
  ///   than 64 KiB
  public static String read(Surroundings around, String question) throws IOException {
    if (Tty.ofStandardInput().terminal() && around.in().equals(System.in)) {
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
