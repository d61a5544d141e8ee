package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Outcome.Reason;
import org.openlambda.core.invocation.Usage.Start;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.instance.Instance;

/// Which instances are kept, lent, frozen and given up, with real sandboxes.
@Tag("root")
@Timeout(30)
class PoolingTest {
  private static final String ECHO = "def f(event):\n  return event\n";
  private static final String SLEEP =
      "import time\ndef f(event):\n  time.sleep(event)\n  return 'old'\n";

  @TempDir private Path dir;

  @BeforeEach
  void needs_an_installation() {
    Requirements.installation();
  }

  private static Start start(Outcome outcome) {
    return ((Outcome.Ran) outcome).usage().start();
  }

  private static List<Version> idle(Bench bench) {
    return bench.worker.census().idle().stream().map(Instance::version).toList();
  }

  private static void awaitLent(Bench bench, int count) {
    Bench.await(count + " instances are lent", () -> bench.worker.census().lent().size() == count);
  }

  @Test
  void an_idle_instance_is_frozen_and_thawed_by_the_next_call() throws IOException {
    var soon = Bench.idle(Duration.ofMillis(1), Duration.ofMinutes(1));
    try (var bench = Bench.open(dir, soon)) {
      Version counter =
          bench.function("counter", "n = 0\ndef f(event):\n  global n\n  n += 1\n  return n\n");
      for (int i = 1; i <= 3; i++) {
        assertThat(Bench.text(bench.call(counter, "1"))).isEqualTo(Integer.toString(i));
        Bench.await(
            "it is frozen",
            () -> bench.worker.census().idle().stream().anyMatch(Instance::isFrozen));
      }
      assertThat(bench.worker.counters().snapshot()).containsEntry("Unpause().cnt", 2L);
    }
  }

  @Test
  void an_instance_that_dies_while_it_is_frozen_is_found_and_never_lent() throws IOException {
    var soon = Bench.idle(Duration.ofMillis(1), Duration.ofMinutes(1));
    try (var bench = Bench.open(dir, soon)) {
      Version echo = bench.function("echo", ECHO);
      bench.call(echo, "1");
      Bench.await(
          "it is frozen", () -> bench.worker.census().idle().stream().anyMatch(Instance::isFrozen));
      bench.worker.census().idle().getFirst().sandbox().kill();
      Bench.await("the keeper found it", () -> bench.worker.census().charged().count() == 0);
      assertThat(idle(bench)).isEmpty();
      assertThat(start(bench.call(echo, "1"))).isNotEqualTo(Start.WARM);
    }
  }

  @Test
  void what_nobody_calls_for_long_is_given_up() throws IOException {
    var brief = Bench.idle(Duration.ofMillis(10), Duration.ofMillis(200));
    try (var bench = Bench.open(dir, brief)) {
      bench.call(bench.function("echo", ECHO), "1");
      Bench.await("it is evicted", () -> bench.worker.census().charged().count() == 0);
      assertThat(idle(bench)).isEmpty();
    }
  }

  @Test
  void a_call_of_old_code_ends_on_old_code_and_its_instance_is_retired() throws Exception {
    try (var bench = Bench.open(dir)) {
      Version old = bench.function("changing", SLEEP);
      bench.call(old, "0");
      var running = bench.calling(old, "1");
      awaitLent(bench, 1);
      Version young = bench.function("changing", "def f(event):\n  return 'new'\n");
      assertThat(Bench.text(bench.call(young, "0"))).isEqualTo("\"new\"");
      assertThat(Bench.text(Bench.outcome(running))).isEqualTo("\"old\"");
      assertThat(idle(bench)).containsExactlyInAnyOrder(old, young);
      Bench.await("the old one is retired", () -> idle(bench).equals(List.of(young)));
    }
  }

  @Test
  void the_least_recently_used_is_given_up_when_memory_is_short() throws IOException {
    var room = Bench.pool(Bytes.mebi(140), 100, 100, Duration.ofSeconds(10));
    try (var bench = Bench.open(dir, room)) {
      var versions = new ArrayList<Version>();
      for (int i = 0; i < 3; i++) {
        versions.add(bench.function("n" + i, ECHO));
        bench.call(versions.get(i), "1");
      }
      bench.call(versions.getFirst(), "1");
      long idle = bench.worker.census().charged().count();
      assertThat(idle).isBetween(Bytes.mebi(3).count(), Bytes.mebi(100).count());
      var tooMuchByHalfAnInstance = new Bytes(Bytes.mebi(140).count() - idle + idle / 6);
      Version large =
          bench.function(
              "large", ECHO, Sample.limits(tooMuchByHalfAnInstance, Duration.ofSeconds(9)));
      assertThat(Bench.text(bench.call(large, "5"))).isEqualTo("5");
      assertThat(idle(bench)).contains(large, versions.getFirst()).doesNotContain(versions.get(1));
      assertThat(bench.worker.census().charged().count()).isLessThan(Bytes.mebi(140).count());
    }
  }

  @Test
  void the_number_of_instances_has_a_bound() throws IOException {
    var two = Bench.pool(Bytes.mebi(2_000), 2, 100, Duration.ofSeconds(10));
    try (var bench = Bench.open(dir, two)) {
      for (int i = 0; i < 5; i++) {
        assertThat(Bench.text(bench.call(bench.function("n" + i, ECHO), "1"))).isEqualTo("1");
        assertThat(idle(bench)).hasSizeLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void callers_queue_for_memory_and_one_too_many_is_refused() throws Exception {
    var narrow = Bench.pool(Bytes.mebi(64), 100, 4, Duration.ofSeconds(10)); // half for one
    try (var bench = Bench.open(dir, narrow)) {
      Version sleeper = bench.function("sleeper", SLEEP);
      var calls = new ArrayList<FutureTask<Outcome>>();
      calls.add(bench.calling(sleeper, "0.5"));
      awaitLent(bench, 1);
      calls.add(bench.calling(sleeper, "0.01"));
      calls.add(bench.calling(sleeper, "0.01"));
      Bench.await("two wait", () -> bench.worker.census().queued() == 2);
      assertThat(bench.call(sleeper, "0"))
          .isEqualTo(new Outcome.Rejected(Reason.QUEUE_FULL, Duration.ofSeconds(1)));
      for (var call : calls) {
        assertThat(Bench.text(Bench.outcome(call))).isEqualTo("\"old\"");
      }
      assertThat(bench.worker.census().queued()).isZero();
    }
  }

  @Test
  void nobody_waits_longer_than_the_patience_nor_at_all_for_what_can_never_be() throws Exception {
    var impatient = Bench.pool(Bytes.mebi(64), 100, 10, Duration.ofMillis(200));
    try (var bench = Bench.open(dir, impatient)) {
      Version sleeper = bench.function("sleeper", SLEEP);
      Bench.await("a sandbox waits", () -> bench.worker.waitingSandboxes() > 0);
      Version larger =
          bench.function("larger", ECHO, Sample.limits(Bytes.mebi(65), Duration.ofSeconds(9)));
      assertThat(bench.call(larger, "1"))
          .isEqualTo(new Outcome.Rejected(Reason.TOO_LARGE_FOR_WORKER, Duration.ZERO));
      var long1 = bench.calling(sleeper, "1");
      awaitLent(bench, 1);
      assertThat(bench.call(sleeper, "0"))
          .isEqualTo(new Outcome.Rejected(Reason.QUEUE_FULL, Duration.ofSeconds(1)));
      Bench.outcome(long1);
    }
  }

  @Test
  void a_waiting_caller_gets_the_memory_of_what_the_keeper_froze_just_then() throws Exception {
    var narrow = Bench.pool(Bytes.mebi(70), 100, 100, Patience.of(Duration.ofSeconds(5)));
    var soon = Bench.idle(Duration.ofMillis(1), Duration.ofMinutes(1));
    try (var bench = Bench.open(dir, config -> soon.apply(narrow.apply(config)))) {
      Version a = bench.function("a", ECHO);
      Version b = bench.function("b", ECHO);
      for (int i = 0; i < 40; i++) {
        assertThat(Bench.text(bench.call(i % 2 == 0 ? a : b, "1"))).isEqualTo("1");
      }
    }
  }
}
