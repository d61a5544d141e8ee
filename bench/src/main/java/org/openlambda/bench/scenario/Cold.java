package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.openlambda.bench.baseline.FreshPython;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Workspace;

/// The first call of functions that were never called.
public final class Cold implements Scenario {
  private static final Goal MEDIAN =
      Goal.atLeast(16, "×", "p50 at 1 client, faster than fresh Python's p50");
  private static final Goal TAIL =
      Goal.atLeast(5, "×", "p99 at 1 client, faster than fresh Python's p50");
  private static final int ROUNDS = 5;

  /// Functions that are never called before; a round ends when its share of them is used up.
  private static final int FUNCTIONS = 1_000;

  /// The server fetches the code of functions ahead of their first call; it may do so here too.
  private static final Duration SETTLE = Duration.ofSeconds(6);

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public String what() {
    return "first calls of functions never called before, beside a fresh python3 -I -S -E";
  }

  @Override
  public List<Goal> goals() {
    return List.of(MEDIAN, TAIL);
  }

  @Override
  public int seconds() {
    return 30;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> first = Functions.write(space, "cold-", FUNCTIONS);
      FreshPython fresh = FreshPython.plain(space, space.functions().resolve("cold-0"));
      try (var server = run.serve(space);
          var loop = new ClosedLoop(server.address(), 1, Supply.each(first))) {
        run.progress("letting the server read its functions");
        Thread.sleep(SETTLE.toMillis());
        Duration round = run.share(1, 3L * ROUNDS);
        List<Rounds> both =
            run.alternateCold(
                ROUNDS,
                round,
                Side.ours("cold, 1 client", server, loop),
                new Side("fresh python3 -I -S -E", false, java.util.Map::of, fresh::round));
        report(run, both.getFirst(), both.getLast());
      }
    }
  }

  private static void report(Run run, Rounds ours, Rounds fresh) {
    Spread python = fresh.millis(50);
    run.found(
        MEDIAN,
        fresh.over(ours, load -> load.percentileMs(50)),
        "p50 %s ms, fresh Python %s ms".formatted(ours.millis(50), python));
    run.found(
        TAIL,
        Spread.of(ours.loads(), load -> python.median() / load.percentileMs(99)),
        "p99 %s ms, fresh Python's p50 %s ms".formatted(ours.millis(99), python));
    run.plot(
        new Plot.Latencies(
            "First calls, 1 client",
            "further left is better",
            List.of(ours.curve(), fresh.curve())));
  }
}
