package org.openlambda.linux.fd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;

class MessageSocketTest {
  private final SocketPair pair = SocketPair.seqpacket();
  private final MessageSocket ours = new MessageSocket(pair.ours());
  private final MessageSocket theirs = new MessageSocket(pair.theirs());

  @Test
  void messages_keep_their_borders() {
    ours.send("one".getBytes(UTF_8));
    ours.send("second".getBytes(UTF_8));
    assertThat(theirs.receive(100).bytes()).asString(UTF_8).isEqualTo("one");
    assertThat(theirs.receive(100).bytes()).asString(UTF_8).isEqualTo("second");
  }

  @Test
  void descriptors_travel_in_order_and_do_not_survive_an_exec() throws IOException {
    try (Pipe a = Pipe.open();
        Pipe b = Pipe.open()) {
      ours.send(new byte[] {1}, a.write(), b.read(), b.write());
      a.write().close();
      Message message = theirs.receive(10);
      assertThat(message.fds()).hasSize(3);
      Fd write = message.fds().getFirst();
      assertThat(KernelFile.read("/proc/self/fdinfo/" + write.number()))
          .containsPattern("flags:\\s+02000001");
      try (var out = new FileOutputStream("/proc/self/fd/" + write.number())) {
        out.write(7);
      }
      byte[] got = new byte[2];
      assertThat(a.read().readAvailable(got)).isEqualTo(1);
      message.closeFds();
      assertThat(a.read().readAvailable(got)).isEqualTo(-1);
    }
  }

  @Test
  void a_closed_peer_is_an_empty_message_to_the_reader_and_an_error_to_the_sender() {
    theirs.close();
    assertThat(ours.receive(10).isEnd()).isTrue();
    assertThatThrownBy(() -> ours.send(new byte[] {1}))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPIPE));
  }

  @Test
  void a_message_that_is_too_long_is_refused_and_its_descriptors_are_closed() {
    try (Pipe pipe = Pipe.open()) {
      ours.send(new byte[20], pipe.write());
      pipe.write().close();
      assertThatThrownBy(() -> theirs.receive(10)).hasMessageContaining("more than 10 bytes");
      assertThat(pipe.read().readAvailable(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void a_receiver_with_a_limit_gives_up() {
    assertThat(ours.receive(10, Duration.ofMillis(5))).isEmpty();
    theirs.send(new byte[] {1, 2});
    assertThat(ours.receive(10, Duration.ofSeconds(10)).orElseThrow().bytes()).hasSize(2);
  }

  @Test
  void an_empty_message_cannot_be_sent() {
    assertThatThrownBy(() -> ours.send(new byte[0])).isInstanceOf(IllegalArgumentException.class);
  }
}
