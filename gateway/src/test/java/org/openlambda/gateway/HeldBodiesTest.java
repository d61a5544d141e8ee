package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.gateway.limit.BodyRooms;
import org.openlambda.gateway.limit.Room.Bounds;
import org.openlambda.gateway.limit.Room.Share;

/// How much of what callers send is in memory at once.
@Timeout(60)
final class HeldBodiesTest {
  private static final String FUNCTIONS = "/2015-03-31/functions";
  private static final int MEBI = 1024 * 1024;
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Caller> inside = new ArrayList<>();
  private KeyedStage stage = new KeyedStage(BodyRooms.DEFAULT);

  HeldBodiesTest() throws IOException {}

  /// Everything that is let in stays until the end.
  private void open(BodyRooms rooms) throws IOException {
    stage.close();
    stage = new KeyedStage(rooms);
    for (String name : List.of("f", "g", "h", "i")) {
      stage.with(name, this::stays);
      stage.accounts.withUrl(name, false);
    }
    stage.accounts.control =
        _ -> {
          hold();
          return new ControlApi.Answer(200, Map.of(), new byte[0]);
        };
  }

  private Outcome stays(Invocation invocation) {
    hold();
    return FakeInvoker.returned(200, List.of(), new byte[] {'1'});
  }

  private void hold() {
    begun.release();
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    end.countDown();
    for (Caller caller : inside) {
      caller.close();
    }
    stage.close();
  }

  private static BodyRooms usual() {
    return BodyRooms.DEFAULT;
  }

  /// The same sizes for those who have less patience.
  private static Share hasty(Share share) {
    return new Share(share.all(), share.ofKey(), SHORT);
  }

  private static Share kibi(int all, int ofKey) {
    return new Share(new Bounds(all, 4), new Bounds(ofKey, 4), SHORT);
  }

  private static int status(Caller caller) throws IOException {
    try (caller) {
      return caller.answer().status();
    }
  }

  /// Those that are let in, and stay.
  private void enter(Caller... callers) throws InterruptedException {
    inside.addAll(List.of(callers));
    begun.acquire(callers.length);
  }

  private Caller changes(Credential key, int bytes) throws IOException {
    return stage.post(key, FUNCTIONS, new byte[bytes]);
  }

  private Caller calls(String function, int bytes) throws IOException {
    return stage.post(stage.ada, FUNCTIONS + "/" + function + "/invocations", new byte[bytes]);
  }

  @Test
  void the_default_sizes_are_those_of_the_documentation() throws Exception {
    open(usual());
    int mebi = 1024;
    var tenSeconds = Duration.ofSeconds(10);
    assertThat(usual().large())
        .isEqualTo(new Share(new Bounds(2, 64), new Bounds(1, 16), Duration.ofSeconds(30)));
    assertThat(usual().claimed())
        .isEqualTo(new Share(new Bounds(128 * mebi, 256), new Bounds(32 * mebi, 64), tenSeconds));
    assertThat(usual().arriving())
        .isEqualTo(new Share(new Bounds(128 * mebi, 256), new Bounds(48 * mebi, 64), tenSeconds));
    assertThat(usual().held())
        .isEqualTo(new Share(new Bounds(384 * mebi, 0), new Bounds(128 * mebi, 0), Duration.ZERO));
    assertThat(GatewayConfig.onLoopback(0).rooms()).isEqualTo(usual());
  }

  @Test
  void two_requests_of_more_than_6_mib_are_in_memory_one_of_a_key() throws Exception {
    var usual = usual();
    open(
        new BodyRooms(
            hasty(usual.large()),
            usual.claimed(),
            usual.arriving(),
            usual.held(),
            usual.answers()));
    try (Caller first = changes(stage.ada, 6 * MEBI + 1)) {
      begun.acquire();
      assertThat(status(changes(stage.ada, 6 * MEBI + 1)))
          .as("another one of the key")
          .isEqualTo(429);
      try (Caller second = changes(stage.bob, 6 * MEBI + 1)) {
        begun.acquire();
        assertThat(status(changes(stage.eve, 6 * MEBI + 1))).as("a third one").isEqualTo(429);
        try (Caller small = changes(stage.ada, 6 * MEBI)) {
          begun.acquire();
          end.countDown();
          assertThat(small.answer().status()).isEqualTo(200);
        }
        assertThat(second.answer().status()).isEqualTo(200);
      }
      assertThat(first.answer().status()).isEqualTo(200);
    }
    assertThat(status(changes(stage.ada, 6 * MEBI + 1))).as("there is room again").isEqualTo(200);
  }

  @Test
  void a_request_that_is_no_call_has_70_167_211_bytes_and_a_call_6_mib() throws Exception {
    open(usual());
    end.countDown();
    for (Map.Entry<String, Integer> most :
        Map.of(FUNCTIONS, 70_167_211, FUNCTIONS + "/f/invocations", 6 * MEBI).entrySet()) {
      try (Caller caller = stage.call()) {
        caller.sendHead(
            "POST " + most.getKey() + " HTTP/1.1",
            "Host: localhost",
            "Content-Length: " + (most.getValue() + 1));
        assertThat(caller.answer().status()).isEqualTo(413);
      }
    }
    assertThat(status(changes(stage.ada, 70_167_211))).isEqualTo(200);
  }

  @Test
  void events_that_run_have_a_bound_for_each_function_and_for_all() throws Exception {
    var usual = usual();
    open(
        new BodyRooms(
            usual.large(), usual.claimed(), usual.arriving(), kibi(24, 8), usual.answers()));
    enter(calls("f", 8 * 1024), calls("g", 8 * 1024), calls("h", 8 * 1024));
    assertThat(status(calls("f", 1024))).as("its share is full").isEqualTo(429);
    assertThat(status(calls("i", 1024))).as("all is full").isEqualTo(429);
    enter(calls("f", 1023));
    end.countDown();
    for (Caller caller : inside) {
      assertThat(caller.answer().status()).isEqualTo(200);
    }
    assertThat(status(calls("f", 8 * 1024))).as("there is room again").isEqualTo(200);
  }

  @Test
  void what_else_is_signed_counts_until_it_is_answered_too() throws Exception {
    var usual = usual();
    open(
        new BodyRooms(
            usual.large(), usual.claimed(), usual.arriving(), kibi(16, 8), usual.answers()));
    enter(changes(stage.ada, 4 * 1024), stage.post(stage.ada, "/run/f", new byte[4 * 1024]));
    assertThat(status(changes(stage.ada, 1024))).isEqualTo(429);
    assertThat(status(stage.post(stage.ada, "/run/f", new byte[1024]))).isEqualTo(429);
    enter(changes(stage.bob, 8 * 1024));
    end.countDown();
    for (Caller caller : inside) {
      assertThat(caller.answer().status()).isEqualTo(200);
    }
    assertThat(status(changes(stage.ada, 8 * 1024))).as("there is room again").isEqualTo(200);
  }

  @Test
  void bodies_that_arrive_at_function_urls_have_a_bound_for_each_and_for_all() throws Exception {
    var usual = usual();
    open(new BodyRooms(usual.large(), usual.claimed(), kibi(24, 8), usual.held(), usual.answers()));
    end.countDown();
    for (String id : List.of("f", "g", "h")) {
      Caller caller = begins(id);
      inside.add(caller);
      assertThat(caller.head().status()).as("it may send its body").isEqualTo(100);
    }
    for (String id : List.of("f", "i")) {
      assertThat(status(begins(id))).as("there is no room for %s", id).isEqualTo(429);
    }
    for (Caller caller : inside) {
      assertThat(caller.send(new byte[7 * 1024]).answer().status()).isEqualTo(200);
    }
    assertThat(status(stage.postToUrl("f", new byte[7 * 1024]))).isEqualTo(200);
  }

  /// Says to send 7 KiB, and waits until it may.
  private Caller begins(String id) throws IOException {
    return stage.call().send(stage.urlHead(id, 7 * 1024, "Expect: 100-continue"));
  }
}
