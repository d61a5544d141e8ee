package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.List;
import org.openlambda.bench.baseline.FreshPython;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// The first call of functions when no sandbox waits: each is made while its caller waits.
public final class ColdOnDemand implements Scenario {
  private static final Goal MEDIAN =
      Goal.atLeast(4, "×", "p50 at 1 client, pool empty, faster than fresh Python's p50");
  private static final Goal MANY = Goal.stated("/s", "first calls at 8 clients, pool empty");
  private static final int ROUNDS = 10;

  /// First calls one after another in a round.
  private static final int CALLS = 75;

  private static final int CALLS_OF_EIGHT = 375;
  private static final int FUNCTIONS = ROUNDS * CALLS + 2 * CALLS_OF_EIGHT;

  @Override
  public String name() {
    return "cold-on-demand";
  }

  @Override
  public String what() {
    return "first calls when no sandbox waits (ol dev --pool 0), beside a fresh python3 -I -S -E";
  }

  @Override
  public List<Goal> goals() {
    return List.of(MEDIAN, MANY);
  }

  @Override
  public int seconds() {
    return 24;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> first = Functions.write(space, "cold-", FUNCTIONS);
      FreshPython fresh = FreshPython.plain(space, space.functions().resolve("cold-0"));
      Supply supply = Supply.each(first);
      try (var server = run.serve(space, "--pool", "0");
          var one = new ClosedLoop(server.address(), 1, supply);
          var eight = new ClosedLoop(server.address(), 8, supply)) {
        Functions.settle(run, server);
        List<Rounds> all =
            run.alternateCold(
                ROUNDS,
                run.share(1, 2L * ROUNDS),
                new Side("cold, pool empty, 1 client", true, server, _ -> one.calls(CALLS)),
                new Side("fresh python3 -I -S -E", false, Spender.nobody(), fresh::round));
        Rounds ours = all.getFirst();
        Rounds python = all.getLast();
        run.found(
            MEDIAN,
            python.over(ours, load -> load.percentileMs(50)),
            "p50 %s ms; fresh Python %s ms".formatted(ours.millis(50), python.millis(50)));
        var side =
            new Side("cold, pool empty, 8 clients", true, server, _ -> eight.calls(CALLS_OF_EIGHT));
        Rounds many = run.alternateCold(2, run.share(1, 10), side).getFirst();
        run.found(MANY, many.perSecond(), "p50 %s ms".formatted(many.millis(50)));
        run.method(
            "%d rounds of %d first calls, each followed by a round of the baseline; no warm-up"
                .formatted(ROUNDS, CALLS));
        run.plot(
            new Plot.Latencies(
                "First calls with an empty pool",
                "Curves further left are better.",
                List.of(ours.curve(), many.curve(), python.curve())));
      }
    }
  }
}
