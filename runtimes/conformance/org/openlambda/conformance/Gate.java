package org.openlambda.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where a handler meets its test. A handler connects to the Unix socket at [#path()], says a word
/// and a line break, and waits for the end of the connection: a test knows where a handler is, and
/// decides when it goes on.
final class Gate implements AutoCloseable {
  private final Path folder;
  private final ServerSocketChannel server;
  private final List<Visitor> visitors = new ArrayList<>();

  Gate() throws IOException {
    folder = Files.createTempDirectory("gate");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(folder.resolve("gate")));
  }

  String path() {
    return folder.resolve("gate").toString();
  }

  /// A handler that waits at the gate.
  record Visitor(String word, SocketChannel channel, BufferedReader reader) {
    void letGo() throws IOException {
      channel.close();
    }

    /// Blocks until the handler is not there any more, although nobody let it go.
    void awaitDeparture() throws IOException {
      reader.skip(1);
    }
  }

  /// Waits for a handler that says this word. Blocks.
  Visitor await(String word) throws IOException {
    SocketChannel channel = server.accept();
    var reader =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8.newDecoder(), 1));
    Visitor visitor = new Visitor(reader.readLine(), channel, reader);
    visitors.add(visitor);
    if (!visitor.word().equals(word)) {
      throw new AssertionError("a handler is at " + visitor.word() + " instead of " + word);
    }
    return visitor;
  }

  /// Lets everybody go.
  @Override
  public void close() throws IOException {
    for (Visitor visitor : visitors) {
      visitor.letGo();
    }
    server.close();
    Files.deleteIfExists(folder.resolve("gate"));
    Files.deleteIfExists(folder);
  }
}
