package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Workspace;

/// Calls that go to any of many loaded functions, beside the same calls to one function of the same
/// server.
public final class WarmMany implements Scenario {
  private static final Goal FEW =
      Goal.atLeast(80, "%", "rate over 64 functions, of one function's, 32 clients");
  private static final Goal MANY =
      Goal.atLeast(80, "%", "rate over 1,000 functions, of one function's, 32 clients");
  private static final int FUNCTIONS = 1_000;
  private static final int ROUNDS = 5;
  private static final int CLIENTS = 32;
  private static final long SEED = 20_190_715;

  @Override
  public String name() {
    return "warm-many";
  }

  @Override
  public String what() {
    return "calls of loaded functions, uniformly random over 64 and 1,000 of them, 32 clients,"
        + " beside calls of one";
  }

  @Override
  public List<Goal> goals() {
    return List.of(FEW, MANY);
  }

  @Override
  public int seconds() {
    return 35;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> all = Functions.write(space, "warm-", FUNCTIONS);
      try (var server = run.serve(space)) {
        Functions.settle(run, server);
        try (var loader = new ClosedLoop(server.address(), 4, Supply.each(all))) {
          run.progress("loading 1,000 functions");
          loader.round(Duration.ofSeconds(60));
        }
        try (var one = new ClosedLoop(server.address(), CLIENTS, Supply.always(all.getFirst()));
            var few =
                new ClosedLoop(
                    server.address(), CLIENTS, Supply.uniform(all.subList(0, 64), SEED));
            var many = new ClosedLoop(server.address(), CLIENTS, Supply.uniform(all, SEED))) {
          report(
              run,
              run.alternate(
                  ROUNDS,
                  run.share(1, 4L * ROUNDS),
                  Side.ours("1 function", server, one),
                  Side.ours("64 functions", server, few),
                  Side.ours("1,000 functions", server, many)));
        }
      }
    }
  }

  private static void report(Run run, List<Rounds> all) {
    Rounds one = all.getFirst();
    for (Goal goal : List.of(FEW, MANY)) {
      Rounds rounds = all.get(goal.equals(FEW) ? 1 : 2);
      run.found(
          goal,
          rounds.over(one, Load::perSecond).times(100),
          "%s req/s; one function %s req/s".formatted(rounds.perSecond(), one.perSecond()));
    }
    var curves = new ArrayList<Plot.Curve>();
    all.forEach(rounds -> curves.add(rounds.curve()));
    run.plot(
        new Plot.Latencies(
            "Warm calls over many functions, 32 clients",
            "Curves further left are better; best if all three lie on one another.",
            curves));
  }
}
