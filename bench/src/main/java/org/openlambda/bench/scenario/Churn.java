package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.List;
import org.openlambda.bench.baseline.BareFork;
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

/// Sandboxes that are made, serve one call and are destroyed, beside forks without any isolation.
public final class Churn implements Scenario {
  private static final Goal RATE =
      Goal.atLeast(75, "%", "sandboxes made and destroyed, of bare forks (2 processes)");
  private static final int FUNCTIONS = 64;
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 3;
  private static final long SEED = 20_190_715;

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public String what() {
    return "a sandbox made and destroyed for each call (ol dev --keep-alive 0s), 8 clients, beside"
        + " bare forks";
  }

  @Override
  public List<Goal> goals() {
    return List.of(RATE);
  }

  @Override
  public int seconds() {
    return 15;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> requests = Functions.write(space, "churn-", FUNCTIONS);
      try (var forks = BareFork.start(space, 2);
          var server = run.serve(space, "--keep-alive", "0s");
          var loop = new ClosedLoop(server.address(), CLIENTS, Supply.uniform(requests, SEED))) {
        Functions.settle(run, server);
        loop.round(run.share(1, 15));
        long before = server.counter("Destroy().cnt");
        List<Rounds> both =
            run.alternateCold(
                ROUNDS,
                run.share(1, 2L * ROUNDS),
                Side.ours("churn, 8 clients", server, loop),
                new Side("bare forks, 2 processes", false, forks, forks::round));
        long destroyed = server.counter("Destroy().cnt") - before;
        report(run, both, destroyed);
      }
    }
  }

  /// A call whose sandbox was not destroyed does not count.
  private static void report(Run run, List<Rounds> both, long destroyed) {
    Rounds ours = both.getFirst();
    Rounds forks = both.getLast();
    long calls = ours.loads().stream().mapToLong(Load::requests).sum();
    double share = Math.min(1, destroyed / (double) Math.max(1, calls));
    run.found(
        RATE,
        ours.over(forks, Load::perSecond).times(100 * share),
        "%s calls/s, bare forks %s/s; %d sandboxes destroyed in %d calls"
            .formatted(ours.perSecond(), forks.perSecond(), destroyed, calls));
    run.method(
        "%d rounds of each in turn, after a warm-up of the server; 64 functions".formatted(ROUNDS));
    run.plot(
        new Plot.Latencies(
            "Calls that each make and destroy a sandbox",
            "Further left is better; a bare fork has no isolation at all.",
            both.stream().map(Rounds::curve).toList()));
  }
}
