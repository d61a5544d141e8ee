package org.openlambda.linux.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.fd.MessageSocket;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.fd.SocketPair;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;

class PollerTest {
  private final Poller poller = new Poller("poller-test");
  private final BlockingQueue<String> told = new ArrayBlockingQueue<>(1000);

  @AfterEach
  void close() {
    poller.close();
    poller.close();
  }

  @Test
  void a_handler_is_told_while_there_is_something_to_read() throws InterruptedException {
    try (SocketPair pair = SocketPair.seqpacket()) {
      var theirs = new MessageSocket(pair.theirs());
      var ours = new MessageSocket(pair.ours());
      poller.watch(pair.ours(), Poller.IN, _ -> told.add("got " + ours.receive(10).bytes().length));
      theirs.send(new byte[3]);
      assertThat(next()).isEqualTo("got 3");
      theirs.send(new byte[5]);
      assertThat(next()).isEqualTo("got 5");
      poller.unwatch(pair.ours());
    }
  }

  @Test
  void the_end_of_a_process_is_an_event() throws InterruptedException {
    int pid = Spawn.of("/bin/sleep", "100").start();
    try (PidFd handle = PidFd.open(pid)) {
      poller.watch(
          handle.fd(),
          Poller.IN,
          events -> {
            poller.unwatch(handle.fd());
            told.add("ended " + events);
          });
      handle.signal(PidFd.SIGKILL);
      assertThat(next()).isEqualTo("ended " + Poller.IN);
    }
    ChildExit.waitFor(pid);
  }

  @Test
  void a_watch_that_has_ended_is_silent_even_if_its_number_is_given_to_another()
      throws InterruptedException {
    Pipe first = Pipe.open();
    poller.watch(first.read(), Poller.IN, _ -> told.add("first"));
    int number = first.read().number();
    poller.unwatch(first.read());
    first.close();
    try (Pipe second = Pipe.open()) {
      assertThat(second.read().number()).isEqualTo(number);
      poller.watch(
          second.read(),
          Poller.IN,
          _ -> {
            poller.unwatch(second.read());
            told.add("second");
          });
      second.write().close();
      assertThat(next()).isEqualTo("second");
      assertThat(told).isEmpty();
    }
  }

  @Test
  void a_handler_that_throws_loses_its_watch_and_harms_no_other() throws InterruptedException {
    try (Pipe bad = Pipe.open();
        Pipe good = Pipe.open()) {
      Thread.setDefaultUncaughtExceptionHandler(
          (_, failure) -> told.add("" + failure.getMessage()));
      poller.watch(
          bad.read(),
          Poller.IN,
          _ -> {
            throw new IllegalStateException("a bug");
          });
      bad.write().close();
      assertThat(next()).isEqualTo("a bug");
      poller.watch(
          good.read(),
          Poller.IN,
          _ -> {
            poller.unwatch(good.read());
            told.add("good");
          });
      good.write().close();
      assertThat(next()).isEqualTo("good");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  @Test
  void a_descriptor_is_watched_once() {
    try (Pipe pipe = Pipe.open()) {
      poller.watch(pipe.read(), Poller.IN, _ -> {});
      assertThatThrownBy(() -> poller.watch(pipe.read(), Poller.IN, _ -> {}))
          .isInstanceOf(IllegalStateException.class);
      poller.unwatch(pipe.read());
      poller.unwatch(pipe.read());
    }
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(10, TimeUnit.SECONDS));
  }
}
