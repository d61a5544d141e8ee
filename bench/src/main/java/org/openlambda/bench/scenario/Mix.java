package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// What real functions ask for, many of them seldom: the hour of Azure, with three keep-alives.
public final class Mix implements Scenario {
  private static final List<Keeping> KEEPINGS =
      List.of(
          new Keeping("0s", "keep-alive 0 s"),
          new Keeping("10s", "keep-alive 10 min"), // of the compressed time
          new Keeping("auto", "keep-alive auto"));

  private static final double CALLS_PER_CORE = 50;

  /// Of the memory that an application had; there were other machines.
  private static final int MEMORY_DIVISOR = 100;

  private static final long SEED = 20_190_715;

  /// How long after its last minute a replay is waited for.
  private static final int OVERTIME_SECONDS = 5;

  /// @param option of `ol dev --keep-alive`
  private record Keeping(String option, String name) {
    Goal median() {
      return Goal.stated("×", "slowdown, p50, " + name);
    }

    Goal tail() {
      return Goal.stated("×", "slowdown, p99, " + name);
    }

    Goal cold() {
      return Goal.stated("%", "cold calls, " + name);
    }

    Goal memory() {
      return Goal.stated("MB", "memory, average, " + name);
    }
  }

  @Override
  public String name() {
    return "mix";
  }

  @Override
  public String what() {
    return "200 functions of the Azure trace of 2019, a minute as a second, scaled to the machine,"
        + " with three keep-alive policies";
  }

  @Override
  public List<Goal> goals() {
    return KEEPINGS.stream()
        .flatMap(k -> List.of(k.median(), k.tail(), k.cold(), k.memory()).stream())
        .toList();
  }

  @Override
  public int seconds() {
    return 60;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    Hour hour = Hour.read();
    int minutes = Math.clamp(run.share(1, KEEPINGS.size()).toSeconds(), 1, Hour.MINUTES);
    int cores = Runtime.getRuntime().availableProcessors();
    int cap = hour.cap(minutes, CALLS_PER_CORE * cores);
    List<Hour.Call> all = hour.calls(minutes, cap, SEED);
    List<Hour.Call> calls =
        all.stream().filter(call -> endsWithin(minutes + OVERTIME_SECONDS, hour, call)).toList();
    var curves = new ArrayList<Plot.Curve>();
    for (Keeping keeping : KEEPINGS) {
      run.progress("replaying with " + keeping.name());
      Replay.Outcome outcome = replay(run, hour, calls, minutes, keeping);
      report(run, keeping, outcome);
      curves.add(new Plot.Curve(keeping.name(), true, outcome.load().nanos()));
    }
    run.method(
        String.format(
            Locale.ROOT,
            "%d minutes of the trace in as many seconds for each policy: %d calls, at most %d of a"
                + " function in a minute, without %d that would end over %d s later; handlers sleep"
                + " 1/%d of their time and hold 1/%d of their memory; 10 min are 10 s; auto learns"
                + " in real time, so that it knows little",
            minutes,
            calls.size(),
            cap,
            all.size() - calls.size(),
            OVERTIME_SECONDS,
            Hour.COMPRESSED,
            MEMORY_DIVISOR));
    run.plot(
        new Plot.Latencies(
            "Calls of 200 functions of Azure", "Curves further left are better.", curves));
  }

  private static boolean endsWithin(double seconds, Hour hour, Hour.Call call) {
    return call.dueNanos() / 1e9 + hour.functions().get(call.function()).seconds() <= seconds;
  }

  private static Replay.Outcome replay(
      Run run, Hour hour, List<Hour.Call> calls, int minutes, Keeping keeping)
      throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      for (int i = 0; i < hour.functions().size(); i++) {
        space.function("azure-" + i, code(hour.functions().get(i)));
      }
      try (var server = run.serveUnwarmed(space, "--keep-alive", keeping.option())) {
        Functions.settle(run, server);
        run.progress("replaying with " + keeping.name());
        long before = Census.availableMb();
        return new Replay(hour, server, Duration.ofSeconds(minutes)).run(calls, before);
      }
    }
  }

  /// Says how often it was called since it was loaded.
  private static String code(Hour.Function function) {
    return String.format(
        Locale.ROOT,
        """
        import time

        held = b"1" * %d
        calls = 0


        def f(event):
            global calls
            calls += 1
            time.sleep(%.6f)
            return {"calls": calls}
        """,
        function.memoryMb() * (1L << 20) / MEMORY_DIVISOR,
        function.seconds());
  }

  private static void report(Run run, Keeping keeping, Replay.Outcome outcome) {
    Histogram slowdowns = outcome.thousandths();
    String note =
        "%d calls; p90 %s ×, latency p50 %s ms"
            .formatted(
                outcome.load().requests(),
                Spread.number(slowdowns.getValueAtPercentile(90) / 1e3),
                Spread.number(outcome.load().percentileMs(50)));
    run.found(keeping.median(), Spread.once(slowdowns.getValueAtPercentile(50) / 1e3), note);
    run.found(keeping.tail(), Spread.once(slowdowns.getValueAtPercentile(99) / 1e3), note);
    run.found(
        keeping.cold(),
        Spread.once(100 * outcome.coldShare()),
        "first calls of a handler in its sandbox");
    run.found(
        keeping.memory(), Spread.once(outcome.memoryMb()), "less available than before the calls");
    var side = new Side("mix, " + keeping.name(), true, Spender.nobody(), _ -> outcome.load());
    run.figures(new Rounds(side, List.of(new Rounds.Round(outcome.load(), Map.of()))).figures());
  }
}
