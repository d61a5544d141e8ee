package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.List;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Workspace;

/// From zero to a hundred callers of a function that waits: how fast it scales out.
public final class Burst implements Scenario {
  private static final Goal FIRST =
      Goal.atMost(100, "%", "time to all 100 first answers, of 0.2 s + 100 × cold p50");
  private static final Goal MEDIAN = Goal.atMost(205, "ms", "p50");
  private static final Goal TAIL = Goal.atMost(250, "ms", "p99");
  private static final Goal RATE = Goal.atLeast(490, "req/s", "rate");
  private static final int CLIENTS = 100;
  private static final double SLEEP_MILLIS = 200;
  private static final int COLD_CALLS = 50;

  @Override
  public String name() {
    return "burst";
  }

  @Override
  public String what() {
    return "from zero, 100 closed-loop clients of a handler that sleeps 200 ms";
  }

  @Override
  public List<Goal> goals() {
    return List.of(FIRST, MEDIAN, TAIL, RATE);
  }

  /// So long that the hundred first answers are less than one in a hundred.
  @Override
  public int seconds() {
    return 30;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      space.function(
          "burst", "import time\n\n\ndef f(event):\n    time.sleep(0.2)\n    return event\n");
      Request sleep = Request.post("/run/burst", "{}", "{}");
      List<Request> first = Functions.write(space, "cold-", COLD_CALLS);
      try (var server = run.serve(space);
          var one = new ClosedLoop(server.address(), 1, Supply.each(first));
          var all = new ClosedLoop(server.address(), CLIENTS, Supply.always(sleep))) {
        Functions.settle(run, server);
        var coldSide = new Side("cold, 1 client", true, server, _ -> one.calls(COLD_CALLS));
        Rounds cold = run.alternateCold(1, run.budget(), coldSide).getFirst();
        var firsts = new Side("burst, first answers", true, server, _ -> all.calls(CLIENTS));
        Rounds begin = run.alternateCold(1, run.budget(), firsts).getFirst();
        Rounds rest =
            run.alternateCold(1, run.budget(), Side.ours("burst", server, all)).getFirst();
        report(run, cold, begin, rest);
      }
    }
  }

  private static void report(Run run, Rounds cold, Rounds begin, Rounds rest) {
    double coldMillis = cold.millis(50).median();
    double firstMillis = begin.millis(100).median();
    Load whole = Load.sum(List.of(begin.loads().getFirst(), rest.loads().getFirst()));
    if (begin.errors() > 0) {
      run.cannot(FIRST, "%d of the first calls were not answered".formatted(begin.errors()));
    } else {
      run.found(
          FIRST,
          Spread.once(firstMillis / (SLEEP_MILLIS + CLIENTS * coldMillis)).times(100),
          "%s ms; cold p50 %s ms".formatted(Spread.number(firstMillis), cold.millis(50)));
    }
    String note = "%d calls, the first ones included".formatted(whole.requests());
    run.found(MEDIAN, Spread.once(whole.percentileMs(50)), note);
    run.found(TAIL, Spread.once(whole.percentileMs(99)), note);
    run.found(RATE, Spread.once(whole.perSecond()), note);
    run.method(
        "one round without a warm-up; every client waits for all first answers before its"
            + " second call");
    run.plot(
        new Plot.Latencies(
            "A burst of 100 clients, handler sleeps 200 ms",
            "Curves further left are better; 200 ms is the limit.",
            List.of(begin.curve(), rest.curve())));
  }
}
