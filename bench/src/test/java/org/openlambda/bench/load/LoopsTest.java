package org.openlambda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The clients, against a real server.
final class LoopsTest {
  private static final Request REQUEST = Request.post("/run/f", "{}", "good");
  private static final String GOOD = Echo.answer(200, "good");

  @Test
  void every_answer_is_counted_once_by_any_number_of_clients() throws Exception {
    for (int clients : new int[] {1, 8, 40}) {
      try (var server = new Echo(_ -> GOOD);
          var loop = new ClosedLoop(server.address(), clients, Supply.always(REQUEST))) {
        Load load = loop.calls(1_000);
        assertThat(load.requests()).as("%d clients", clients).isEqualTo(1_000);
        assertThat(load.errors()).isZero();
        assertThat(load.statuses()).containsExactly(Map.entry(200, 1_000L));
        assertThat(server.requests()).isEqualTo(1_000);
      }
    }
  }

  @Test
  void a_wrong_status_a_wrong_length_and_a_wrong_content_are_errors() throws Exception {
    String[] said = {
      GOOD, Echo.answer(500, "good"), Echo.answer(200, "goo"), Echo.answer(200, "bood")
    };
    for (int clients : new int[] {1, 4}) {
      try (var server = new Echo(n -> said[n % said.length]);
          var loop = new ClosedLoop(server.address(), clients, Supply.always(REQUEST))) {
        Load load = loop.calls(40);
        assertThat(load.wrong()).isEqualTo(30);
        assertThat(load.nanos().getTotalCount()).isEqualTo(10);
        assertThat(load.statuses()).containsEntry(500, 10L);
      }
    }
  }

  @Test
  void a_connection_that_breaks_loses_its_request_only() throws Exception {
    for (int clients : new int[] {1, 4}) {
      try (var server = new Echo(n -> n % 10 == 3 ? "" : GOOD);
          var loop = new ClosedLoop(server.address(), clients, Supply.always(REQUEST))) {
        Load load = loop.calls(100);
        assertThat(load.requests()).isEqualTo(100);
        assertThat(load.lost()).isEqualTo(10);
        assertThat(load.wrong()).isZero();
      }
    }
  }

  @Test
  void an_open_loop_sends_what_is_due_and_no_more() throws Exception {
    try (var server = new Echo(_ -> GOOD);
        var loop = new OpenLoop(server.address(), 8)) {
      Load load = loop.round(Duration.ofMillis(500), Plan.fixed(200, Supply.always(REQUEST)));
      assertThat(load.requests()).isEqualTo(100);
      assertThat(load.errors()).isZero();
    }
  }

  @Test
  void a_stall_is_part_of_the_latency_of_all_that_was_due_in_it() throws Exception {
    // one connection, 100 requests a second, the 20th answer takes 400 ms: the 40 behind it wait
    long stallNanos = 400_000_000;
    try (var server =
            new Echo(n -> {
              if (n == 20) {
                long end = System.nanoTime() + stallNanos;
                while (System.nanoTime() < end) {
                  LockSupport.parkNanos(end - System.nanoTime());
                }
              }
              return GOOD;
            });
        var loop = new OpenLoop(server.address(), 1)) {
      Load load = loop.round(Duration.ofSeconds(1), Plan.fixed(100, Supply.always(REQUEST)));
      assertThat(load.requests()).isEqualTo(100);
      // a client that waited for its answers would have seen one slow call
      long slow = load.nanos().getCountBetweenValues(100_000_000, Long.MAX_VALUE / 2);
      assertThat(slow).isGreaterThanOrEqualTo(28);
      assertThat(load.percentileMs(99)).isGreaterThan(350);
    }
  }

  @Test
  void an_open_loop_counts_what_is_lost() throws Exception {
    try (var server = new Echo(n -> n % 5 == 2 ? "" : GOOD);
        var loop = new OpenLoop(server.address(), 4)) {
      Load load = loop.round(Duration.ofMillis(500), Plan.fixed(100, Supply.always(REQUEST)));
      assertThat(load.requests()).isEqualTo(50);
      assertThat(load.lost()).isEqualTo(10);
    }
  }
}
