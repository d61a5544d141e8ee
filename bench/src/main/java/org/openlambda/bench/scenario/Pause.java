package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// What freezing an idle sandbox costs the next call: calls so far apart that the sandbox is frozen
/// before each, beside the same calls to a server that does not freeze. Calls to both alternate one
/// by one, so that both find the machine in the same state.
public final class Pause implements Scenario {
  private static final Goal COST =
      Goal.atMost(5, "%", "p50 of a call to a frozen sandbox, more than to one that is not");
  private static final Goal TAIL =
      Goal.stated("%", "p99 of a call to a frozen sandbox, more than to one that is not");
  private static final Goal THAW = Goal.stated("µs", "of such a call are the thaw itself, average");
  private static final Goal FROZEN = Goal.stated("%", "of the calls found their sandbox frozen");

  /// Twice this, between calls to the same server, is more than the longest grace of a second.
  private static final long GAP_MILLIS = 520;

  private static final int ROUNDS = 5;

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String what() {
    return "calls 1 s apart to frozen sandboxes, beside the same calls to a server that does not"
        + " freeze (ol dev --freeze-after 3600), 1 client";
  }

  @Override
  public List<Goal> goals() {
    return List.of(COST, TAIL, THAW, FROZEN);
  }

  @Override
  public int seconds() {
    return 40;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      space.function("paused", 0);
      Request request = Request.post("/run/paused", Workspace.BODY, Workspace.ANSWER);
      try (var freezing = run.serve(space);
          var awake = run.serve(space, "--freeze-after", "3600");
          var thawed = new ClosedLoop(freezing.address(), 1, Supply.always(request));
          var running = new ClosedLoop(awake.address(), 1, Supply.always(request))) {
        run.progress("warming up both servers");
        Duration warmUp = run.share(1, 10);
        thawed.round(warmUp);
        running.round(warmUp);
        run.method("warm-up of %d ms of calls without a gap each".formatted(warmUp.toMillis()));
        report(run, freezing, pairs(run, thawed, running));
      }
    }
  }

  /// Rounds of pairs of calls.
  ///
  /// @return frozen, awake
  private static List<Rounds> pairs(Run run, ClosedLoop thawed, ClosedLoop running)
      throws InterruptedException {
    long each = run.share(7, 10L * ROUNDS).toMillis() / (2 * GAP_MILLIS);
    var sides =
        List.of(
            new Side("frozen before each call", true, Spender.nobody(), thawed::round),
            new Side("never frozen", false, Spender.nobody(), running::round));
    var found = List.of(new ArrayList<Rounds.Round>(), new ArrayList<Rounds.Round>());
    for (int round = 0; round < ROUNDS; round++) {
      run.progress("round %d of %d".formatted(round + 1, ROUNDS));
      var loads = List.of(new ArrayList<Load>(), new ArrayList<Load>());
      for (int i = 0; i < Math.max(2, each); i++) {
        Thread.sleep(GAP_MILLIS);
        loads.getFirst().add(thawed.calls(1));
        Thread.sleep(GAP_MILLIS);
        loads.getLast().add(running.calls(1));
      }
      for (int side = 0; side < 2; side++) {
        found.get(side).add(new Rounds.Round(Load.sum(loads.get(side)), Map.of()));
      }
    }
    run.method("%d rounds of %d pairs of calls".formatted(ROUNDS, Math.max(2, each)));
    return List.of(
        new Rounds(sides.getFirst(), found.getFirst()),
        new Rounds(sides.getLast(), found.getLast()));
  }

  private static void report(Run run, ServerProcess freezing, List<Rounds> both)
      throws IOException, InterruptedException {
    Rounds frozen = both.getFirst();
    Rounds awake = both.getLast();
    both.forEach(rounds -> run.figures(rounds.figures()));
    run.found(
        COST,
        more(frozen, awake, 50),
        "p50 %s ms; never frozen %s ms".formatted(frozen.millis(50), awake.millis(50)));
    run.found(
        TAIL,
        more(frozen, awake, 99),
        "p99 %s ms; never frozen %s ms".formatted(frozen.millis(99), awake.millis(99)));
    long thaws = freezing.counter("Unpause().cnt");
    long calls = frozen.merged().getTotalCount();
    run.found(
        THAW,
        Spread.once(freezing.counter("Unpause().us") / (double) Math.max(1, thaws)),
        "as the server measures it");
    run.found(
        FROZEN,
        Spread.once(Math.min(100, 100.0 * thaws / calls)),
        "%d thaws counted by the server in %d calls".formatted(thaws, calls));
    run.plot(
        new Plot.Latencies(
            "Calls 1 s apart, 1 client",
            "Best if the two curves lie on one another.",
            both.stream().map(Rounds::curve).toList()));
  }

  private static Spread more(Rounds frozen, Rounds awake, double percentile) {
    Spread ratio = frozen.over(awake, load -> load.percentileMs(percentile));
    return new Spread(ratio.median() - 1, ratio.least() - 1, ratio.most() - 1).times(100);
  }
}
