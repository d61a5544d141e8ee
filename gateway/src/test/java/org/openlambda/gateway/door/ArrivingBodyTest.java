package org.openlambda.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ArrivingBodyTest {
  private final ArrivingBody body = new ArrivingBody(1_000, true, () -> {});

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void all_of_it_is_read_piece_by_piece() throws Exception {
    body.add(bytes("one "));
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              body.add(bytes("two "));
              body.add(bytes("three"));
              body.complete();
            });
    assertThat(body.readAll(Duration.ofSeconds(30))).isEqualTo(bytes("one two three"));
    sender.join();
  }

  @Test
  void a_body_that_is_not_here_in_time_is_not_waited_for() {
    body.add(bytes("one "));
    assertThatThrownBy(() -> body.readAll(Duration.ofMillis(50)))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void pieces_that_keep_coming_do_not_put_the_end_off() throws Exception {
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                body.add(bytes("x"));
                LockSupport.parkNanos(1_000_000);
              }
            });
    assertThatThrownBy(() -> body.readAll(Duration.ofMillis(100)))
        .isInstanceOf(SocketTimeoutException.class);
    sender.interrupt();
    sender.join();
  }
}
