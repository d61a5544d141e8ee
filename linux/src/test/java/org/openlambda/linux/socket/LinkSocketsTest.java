package org.openlambda.linux.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Spawn;

class LinkSocketsTest {
  @Test
  void a_child_talks_to_our_channel_through_the_other_end(@TempDir Path dir) throws IOException {
    try (var sockets = new LinkSockets(dir.resolve("links"))) {
      LinkPair pair = sockets.open();
      int pid =
          Spawn.of("/bin/sh", "-c", "read line; echo \"$line to you\"")
              .withDescriptor(0, pair.theirs())
              .withDescriptor(1, pair.theirs())
              .start();
      pair.theirs().close();
      try (SocketChannel ours = pair.ours()) {
        ours.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(readAll(ours)).isEqualTo("hello to you\n");
      }
      assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Exited(0));
    }
  }

  @Test
  void a_stranger_that_connects_first_is_not_taken_for_ours(@TempDir Path dir) throws IOException {
    try (var sockets = new LinkSockets(dir);
        var stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      stranger.connect(UnixDomainSocketAddress.of(dir.resolve("links")));
      LinkPair pair = sockets.open();
      pair.theirs().close();
      assertThat(readAll(pair.ours())).isEmpty();
      pair.ours().close();
      assertThat(stranger.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void an_interrupted_caller_does_not_close_the_listener(@TempDir Path dir) throws Exception {
    try (var sockets = new LinkSockets(dir)) {
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                Thread.currentThread().interrupt();
                close(sockets.open());
              });
      caller.join();
      close(sockets.open());
    }
  }

  @Test
  void only_its_owner_can_reach_the_socket_and_nothing_stays_behind(@TempDir Path dir)
      throws IOException {
    Path links = dir.resolve("links");
    try (var sockets = new LinkSockets(links)) {
      close(sockets.open());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(links)))
          .isEqualTo("rwx------");
    }
    assertThat(links).isEmptyDirectory();
  }

  private static void close(LinkPair pair) {
    pair.theirs().close();
    try {
      pair.ours().close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String readAll(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    while (channel.read(buffer) >= 0) {}
    return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
  }
}
