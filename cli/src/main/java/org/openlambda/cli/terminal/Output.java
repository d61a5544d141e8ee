package org.openlambda.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// A stream that is written to, and what it ends at.
///
/// @param stream takes UTF-8 whatever the locale, and is flushed by whoever writes
public record Output(PrintStream stream, Tty tty) {
  private static final int BUFFER_BYTES = 8192;

  static Output standard() {
    return of(FileDescriptor.out, Tty.ofStandardOutput());
  }

  static Output error() {
    return of(FileDescriptor.err, Tty.ofStandardError());
  }

  private static Output of(FileDescriptor descriptor, Tty tty) {
    var buffered = new java.io.BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
    return new Output(new PrintStream(buffered, false, StandardCharsets.UTF_8), tty);
  }

  /// Writes a line and flushes it.
  public void line(String text) {
    stream.println(text);
    stream.flush();
  }
}
