package org.openlambda.server.tenancy;

import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Where a server says that it is ready, and its first key: the standard output, or the `ol up
/// --detach` that has started it and waits for it. Never a file, as the key is secret.
///
/// @param out flushed by whoever writes
public record Words(PrintStream out) implements AutoCloseable {
  /// @param waiting the socket of who waits
  /// @throws IOException if nobody does any more
  public static Words to(Optional<Path> waiting) throws IOException {
    if (waiting.isEmpty()) {
      return new Words(System.out);
    }
    try {
      SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(waiting.get()));
      return new Words(
          new PrintStream(Channels.newOutputStream(socket), true, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IOException("the command that has started this server has ended meanwhile", e);
    }
  }

  /// All is said.
  @Override
  public void close() {
    if (out.equals(System.out)) {
      out.flush();
    } else {
      out.close();
    }
  }
}
