package org.openlambda.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.time.Patience;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.Pipe;

@Timeout(20)
class SandboxLogTest {
  private final Poller poller = new Poller("logs-test");
  private final Pipe pipe = Pipe.open();
  private final SandboxLog log = new SandboxLog(pipe.read(), poller);
  private final List<String> lines = new CopyOnWriteArrayList<>();

  SandboxLogTest() {
    log.attribute(lines::add);
  }

  @AfterEach
  void close() {
    log.close();
    poller.close();
    pipe.close();
  }

  private void print(String text) {
    pipe.write().writeFully(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void every_line_is_a_line_and_a_last_one_without_a_break_too() {
    print("one\ntwo\r\n\nthr");
    print("ee");
    log.drain();
    assertThat(lines).containsExactly("one", "two", "", "three");
    log.drain();
    assertThat(lines).hasSize(4);
  }

  @Test
  void a_line_arrives_while_the_handler_runs() throws InterruptedException {
    var arriving = new LinkedBlockingQueue<String>();
    log.attribute(arriving::add);
    print("now\nlater");
    assertThat(arriving.poll(Patience.ofSeconds(5), TimeUnit.SECONDS)).isEqualTo("now");
    assertThat(arriving).isEmpty();
  }

  @Test
  void a_line_goes_to_whom_it_ends_with() {
    print("first\n");
    log.drain();
    var second = new CopyOnWriteArrayList<String>();
    log.attribute(second::add);
    print("second\n");
    log.drain();
    assertThat(lines).containsExactly("first");
    assertThat(second).containsExactly("second");
  }

  @Test
  void a_long_line_is_cut_into_pieces() {
    print("x".repeat(2 * SandboxLog.LONGEST + 5) + "\n");
    log.drain();
    assertThat(lines)
        .extracting(String::length)
        .containsExactly(SandboxLog.LONGEST, SandboxLog.LONGEST, 5);
  }

  @Test
  void a_line_as_long_as_allowed_is_one_line() {
    print("x".repeat(SandboxLog.LONGEST) + "\n");
    log.drain();
    assertThat(lines).hasSize(1);
  }

  @Test
  void a_cut_goes_through_no_character() {
    for (String character : List.of("\u00e9", "\u20ac", "\ud83d\ude00")) {
      for (int shift = 0; shift < 4; shift++) {
        lines.clear();
        String line = "x".repeat(shift) + character.repeat(SandboxLog.LONGEST / 2);
        print(line + "\n");
        log.drain();
        assertThat(String.join("", lines)).isEqualTo(line);
      }
    }
  }

  @Test
  void bytes_that_are_no_text_are_replaced() {
    pipe.write().writeFully(new byte[] {'a', (byte) 0xFF, 'b', '\n'});
    pipe.write().writeFully(new byte[SandboxLog.LONGEST + 1]);
    log.drain();
    assertThat(lines.getFirst()).isEqualTo("a\ufffdb");
    var continuations = new byte[SandboxLog.LONGEST + 1];
    java.util.Arrays.fill(continuations, (byte) 0x80);
    lines.clear();
    pipe.write().writeFully(continuations);
    log.drain();
    assertThat(String.join("", lines)).hasSize(SandboxLog.LONGEST + 1);
  }

  @Test
  void a_flood_neither_holds_up_the_answer_nor_other_logs() throws Exception {
    Thread flood = flood();
    try {
      log.drain(); // returns although the pipe is never empty
      var other = Pipe.open();
      try (var quiet = new SandboxLog(other.read(), poller)) {
        var heard = new CountDownLatch(1);
        quiet.attribute(line -> heard.countDown());
        other.write().writeFully("me too\n".getBytes(StandardCharsets.UTF_8));
        assertThat(heard.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
      } finally {
        other.write().close();
      }
    } finally {
      log.close();
      flood.join();
    }
  }

  /// Prints until nobody reads any more.
  private Thread flood() throws InterruptedException {
    var begun = new CountDownLatch(1);
    log.attribute(line -> begun.countDown());
    Fd out = pipe.write();
    byte[] piece = "noise\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  out.writeFully(piece);
                }
              } catch (LinuxException e) {
                assertThat(e).hasMessageContaining("write"); // EPIPE
              }
            });
    assertThat(begun.await(Patience.ofSeconds(5), TimeUnit.SECONDS)).isTrue();
    return thread;
  }

  @Test
  void a_sink_that_fails_costs_a_line_and_no_more() {
    log.attribute(line -> {
      lines.add(line);
      throw new IllegalStateException("on purpose");
    });
    print("one\ntwo\n");
    log.drain();
    print("three\n");
    log.drain();
    assertThat(lines).containsExactly("one", "two", "three");
  }

  @Test
  void the_end_of_the_pipe_and_two_closes_are_no_failure() {
    print("last");
    pipe.write().close();
    log.drain();
    log.drain();
    log.close();
    log.close();
    log.drain();
    assertThat(lines).containsExactly("last");
    assertThat(pipe.read().isOpen()).isFalse();
  }
}
