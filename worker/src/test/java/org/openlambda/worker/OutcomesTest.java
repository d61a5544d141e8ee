package org.openlambda.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;

/// How invocations end, with real sandboxes of one worker.
@Tag("root")
@Timeout(30)
class OutcomesTest {
  private static final String ECHO = "def f(event):\n  return event\n";
  private static final String PID =
      "import os, time\nborn = time.monotonic_ns()\ndef f(event):\n  return born\n";

  @TempDir private static Path dir;

  private static Bench bench;

  @BeforeAll
  static void open() throws IOException {
    Requirements.installation();
    bench = Bench.open(dir);
  }

  @AfterAll
  static void close() {
    if (bench != null) {
      bench.close();
    }
  }

  private static Usage usage(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Ran.class);
    return ((Outcome.Ran) outcome).usage();
  }

  @Test
  void a_handler_answers_and_the_next_call_finds_it_warm() throws IOException {
    Version echo = bench.function("echo", ECHO);
    Outcome first = bench.call(echo, "{\"a\":[1,2]}");
    assertThat(Bench.text(first)).isEqualToIgnoringWhitespace("{\"a\":[1,2]}");
    assertThat(usage(first).start()).isNotEqualTo(Usage.Start.WARM);
    Outcome second = bench.call(echo, "2");
    assertThat(Bench.text(second)).isEqualTo("2");
    assertThat(usage(second).start()).isEqualTo(Usage.Start.WARM);
  }

  @Test
  void what_is_billed_is_the_wall_time_rounded_up_to_microseconds() throws IOException {
    Version sleeper =
        bench.function("sleeper", "import time\ndef f(event):\n  time.sleep(0.05)\n  return 1\n");
    Usage usage = usage(bench.call(sleeper, "1"));
    assertThat(usage.wall()).isBetween(Duration.ofMillis(50), Patience.of(Duration.ofSeconds(5)));
    long billed = usage.billed().toNanos();
    assertThat(billed % 1000).isZero();
    assertThat(billed - usage.wall().toNanos()).isBetween(0L, 999L);
    assertThat(usage.memory()).isEqualTo(Bytes.mebi(64));
    assertThat(usage.phases().init().plus(usage.phases().handler())).isEqualTo(usage.wall());
    assertThat(usage.phases().init()).isPositive();
    assertThat(usage.cpu()).isLessThan(usage.wall());
    assertThat(usage(bench.call(sleeper, "1")).phases().init()).isZero();
  }

  @Test
  void a_handler_that_spins_uses_as_much_cpu_as_it_spins() throws IOException {
    Version spinner =
        bench.function(
            "spinner",
            """
            import time
            def f(event):
              end = time.process_time() + 0.3
              while time.process_time() < end: pass
              return 1
            """);
    assertThat(usage(bench.call(spinner, "1")).cpu())
        .isBetween(Duration.ofMillis(290), Patience.of(Duration.ofMillis(500)));
    assertThat(usage(bench.call(spinner, "1")).cpu())
        .isBetween(Duration.ofMillis(290), Patience.of(Duration.ofMillis(400)));
  }

  @Test
  void the_peak_of_memory_is_what_the_handler_took() throws IOException {
    Version taker =
        bench.function("taker", "def f(event):\n  return len(bytearray(event << 20))\n");
    Bytes small = usage(bench.call(taker, "1")).peakMemory();
    Bytes large = usage(bench.call(taker, "30")).peakMemory();
    assertThat(large.count() - small.count())
        .isBetween(Bytes.mebi(24).count(), Bytes.mebi(34).count());
  }

  @Test
  void an_exception_is_told_with_its_trace_and_the_sandbox_serves_again() throws IOException {
    Version raiser =
        bench.function("raiser", "def f(event):\n  raise ValueError('bad ' + str(event))\n");
    for (int i = 0; i < 2; i++) {
      var threw = (Outcome.Threw) bench.call(raiser, Integer.toString(i));
      assertThat(threw.type()).isEqualTo("ValueError");
      assertThat(threw.message()).isEqualTo("bad " + i);
      assertThat(threw.trace()).contains("f.py", "line 2").endsWith("\n");
      assertThat(threw.usage().start() == Usage.Start.WARM).isEqualTo(i == 1);
    }
  }

  @Test
  void a_handler_that_cannot_be_loaded_is_never_lent_again() throws IOException {
    Version broken = bench.function("broken", "import nothing_of_the_kind\n");
    for (int i = 0; i < 2; i++) {
      var threw = (Outcome.Threw) bench.call(broken, "1");
      assertThat(threw.type()).isEqualTo("ModuleNotFoundError");
      assertThat(threw.usage().start()).isNotEqualTo(Usage.Start.WARM);
    }
    assertThat(instances(broken)).isZero();
  }

  private static long instances(Version version) {
    var census = bench.worker.census();
    return census.idle().stream().filter(i -> i.version().equals(version)).count()
        + census.lent().stream().filter(i -> i.version().equals(version)).count();
  }

  @Test
  void a_call_that_takes_too_long_is_ended_and_its_sandbox_never_lent_again() throws IOException {
    Version slow =
        bench.function(
            "slow",
            "import time\ndef f(event):\n  time.sleep(event)\n  return 1\n",
            Sample.limits(Bytes.mebi(64), Duration.ofMillis(400)));
    assertThat(Bench.text(bench.call(slow, "0"))).isEqualTo("1");
    var timedOut = (Outcome.TimedOut) bench.call(slow, "60");
    assertThat(timedOut.limit()).isEqualTo(Duration.ofMillis(400));
    assertThat(timedOut.usage().wall())
        .isBetween(Duration.ofMillis(390), Patience.of(Duration.ofSeconds(3)));
    assertThat(usage(bench.call(slow, "0")).start()).isNotEqualTo(Usage.Start.WARM);
  }

  @Test
  void loading_counts_towards_the_timeout() throws IOException {
    Version slow =
        bench.function(
            "slowload",
            "import time\ntime.sleep(60)\ndef f(event):\n  return 1\n",
            Sample.limits(Bytes.mebi(64), Duration.ofMillis(300)));
    assertThat(bench.call(slow, "1")).isInstanceOf(Outcome.TimedOut.class);
  }

  @Test
  void a_timeout_counts_from_when_the_sandbox_has_code_and_request() throws IOException {
    var limit = Duration.ofMillis(1);
    Version hasty =
        Sample.withoutReuse(bench.function("hasty", ECHO, Sample.limits(Bytes.mebi(64), limit)));
    for (int i = 0; i < 20; i++) {
      Outcome outcome = bench.call(hasty, "1");
      assertThat(outcome).isInstanceOfAny(Outcome.Returned.class, Outcome.TimedOut.class);
      if (outcome instanceof Outcome.TimedOut(var told, var usage)) {
        assertThat(told).isEqualTo(limit);
        assertThat(usage.wall()).isBetween(limit, Patience.of(Duration.ofSeconds(2)));
      }
    }
  }

  @Test
  void a_handler_that_exits_has_crashed() throws IOException {
    Version exiter = bench.function("exiter", "import os\ndef f(event):\n  os._exit(event)\n");
    var crashed = (Outcome.Crashed) bench.call(exiter, "3");
    assertThat(crashed.how()).isEqualTo(new Exit.Status(3));
    assertThat(instances(exiter)).isZero();
  }

  @Test
  void a_handler_that_breaks_the_protocol_has_crashed_and_its_sandbox_is_gone() throws IOException {
    Version liar =
        bench.function(
            "liar", "import os\ndef f(event):\n  os.write(3, b'\\xff' * 100)\n  return 1\n");
    var crashed = (Outcome.Crashed) bench.call(liar, "3");
    assertThat(crashed.how()).isInstanceOf(Exit.Breach.class);
    assertThat(instances(liar)).isZero();
  }

  @Test
  void a_handler_that_closes_its_link_has_crashed() throws IOException {
    Version closer =
        bench.function(
            "closer",
            "import os, time\ndef f(event):\n  os.close(3)\n  time.sleep(60)\n  return 1\n");
    var crashed = (Outcome.Crashed) bench.call(closer, "3");
    assertThat(crashed.how()).isEqualTo(new Exit.Breach("it closed its link"));
  }

  @Test
  void a_handler_that_takes_too_much_memory_is_ended_by_the_kernel() throws IOException {
    Version hungry =
        bench.function("hungry", "def f(event):\n  return len(b'x' * (event << 20))\n");
    var killed = bench.call(hungry, "200");
    assertThat(killed).isInstanceOf(Outcome.OutOfMemory.class);
    assertThat(((Outcome.OutOfMemory) killed).limit()).isEqualTo(Bytes.mebi(64));
    assertThat(instances(hungry)).isZero();
    assertThat(Bench.text(bench.call(hungry, "1"))).isEqualTo("1048576");
  }

  @Test
  void the_smallest_memory_limit_is_enough_for_a_small_handler() throws IOException {
    Version tiny =
        bench.function("tiny", ECHO, Sample.limits(Bytes.mebi(16), Duration.ofSeconds(10)));
    assertThat(Bench.text(bench.call(tiny, "1"))).isEqualTo("1");
  }

  @Test
  void code_that_is_not_there_is_lost_and_says_so() throws IOException {
    Version gone = bench.function("gone", ECHO + "# only here\n");
    Files.delete(gone.code().folder().resolve("f.py"));
    Files.delete(gone.code().folder());
    var lost = (Outcome.Lost) bench.call(gone, "1");
    assertThat(lost.why()).contains("the code of gone@", "the handler was not run");
  }

  @Test
  void code_that_changed_before_it_was_fetched_asks_for_another_choice() throws IOException {
    Version old = bench.function("edited", ECHO + "# never fetched\n");
    bench.function("edited", ECHO + "# saved again\n");
    var rejected = (Outcome.Rejected) bench.call(old, "1");
    assertThat(rejected.reason()).isEqualTo(Outcome.Reason.CODE_CHANGED);
  }

  @Test
  void lines_are_told_with_the_call_that_printed_them() throws IOException {
    Version printer =
        bench.function("printer", "def f(event):\n  print('line', event)\n  return event\n");
    for (int i = 0; i < 5; i++) {
      var body = new Body.Whole(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
      var invocation = Sample.invocation(printer, body, Reply.discarding());
      assertThat(Bench.text(bench.worker.invoke(invocation))).isEqualTo(Integer.toString(i));
      assertThat(bench.logs)
          .filteredOn(line -> line.invocation().equals(invocation.id()))
          .extracting(LogLine::text)
          .containsExactly("line " + i);
    }
  }

  @Test
  void a_request_whose_head_is_too_large_is_refused_and_timeouts_still_work() throws Exception {
    Version echo =
        bench.function("heads", ECHO, Sample.limits(Bytes.mebi(64), Duration.ofMillis(500)));
    var many = Collections.nCopies(8_000, new Header("a", ""));
    Bench.text(bench.call(echo, "1"));
    for (int i = 0; i < 3; i++) {
      var refused =
          bench.worker.invoke(Sample.invocation(echo, many, Body.Whole.EMPTY, Reply.discarding()));
      assertThat(((Outcome.Returned) refused).body().status()).isEqualTo(431);
      assertThat(usage(refused).billed()).isZero();
    }
    Version slow =
        bench.function(
            "slower",
            "import time\ndef f(event):\n  time.sleep(60)\n",
            Sample.limits(Bytes.mebi(64), Duration.ofMillis(700))); // longer than the 500 ms above
    assertThat(bench.call(slow, "1")).isInstanceOf(Outcome.TimedOut.class);
    assertThat(usage(bench.call(echo, "1")).start()).isEqualTo(Usage.Start.WARM);
  }

  @Test
  void a_reply_that_fails_spoils_nothing_but_its_own_call() throws IOException {
    Version streamer =
        bench.function("streamer", "def f(event):\n  return 'x' * 200000 if event else 'short'\n");
    Bench.text(bench.call(streamer, "0"));
    var broken =
        new Reply() {
          @Override
          public void start(int status, List<Header> headers) {
            throw new IllegalStateException("a bug of the door");
          }

          @Override
          public void write(byte[] piece) {}

          @Override
          public void whenGone(Runnable action) {}
        };
    assertThatThrownBy(() -> bench.call(streamer, "1", broken)).hasMessage("a bug of the door");
    Outcome next = bench.call(streamer, "0");
    assertThat(Bench.text(next)).isEqualTo("\"short\"");
    assertThat(usage(next).start()).isNotEqualTo(Usage.Start.WARM);
    assertThat(bench.worker.census().lent()).isEmpty();
  }

  @Test
  void a_streamed_answer_is_counted() throws IOException {
    Version large = bench.function("large", "def f(event):\n  return 'x' * 200000\n");
    var returned = (Outcome.Returned) bench.call(large, "1");
    var streamed = (Payload.Streamed) returned.body();
    assertThat(streamed.bytes()).isEqualTo(200_002);
    assertThat(streamed.complete()).isTrue();
  }

  @Test
  void sixty_four_calls_at_once_all_get_their_own_answer() throws Exception {
    Version echo =
        bench.function("many", "import time\ndef f(event):\n  time.sleep(0.02)\n  return event\n");
    var calls = new ArrayList<FutureTask<Outcome>>();
    for (int i = 0; i < 64; i++) {
      calls.add(bench.calling(echo, Integer.toString(i)));
    }
    for (int i = 0; i < 64; i++) {
      assertThat(Bench.text(Bench.outcome(calls.get(i)))).isEqualTo(Integer.toString(i));
    }
    assertThat(bench.worker.census().lent()).isEmpty();
  }

  @Test
  void a_function_without_reuse_gets_a_sandbox_for_each_call() throws IOException {
    Version once = Sample.withoutReuse(bench.function("once", PID));
    String first = Bench.text(bench.call(once, "1"));
    assertThat(Bench.text(bench.call(once, "1"))).isNotEqualTo(first);
    assertThat(instances(once)).isZero();
  }

  @Test
  void loading_can_be_tried_without_calling() throws Exception {
    Version good = bench.function("good", "def f(event):\n  raise SystemError('called')\n");
    assertThat(bench.worker.tryLoading(good)).isEmpty();
    Version bad = bench.function("bad", "def f(event:\n");
    assertThat(bench.worker.tryLoading(bad).orElseThrow())
        .anyMatch(line -> line.contains("SyntaxError"));
    Version exits = bench.function("exits", "import os\nos._exit(4)\n");
    assertThat(bench.worker.tryLoading(exits).orElseThrow())
        .containsExactly("while it was loaded, it exited with status 4");
  }
}
