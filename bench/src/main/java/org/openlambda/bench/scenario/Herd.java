package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.openlambda.bench.machine.Workspace;

/// A thousand callers at once of a function that nobody called before.
public final class Herd implements Scenario {
  private static final Goal READS = Goal.atMost(1, "", "times that the bundle was read");
  private static final Goal ANSWERED = Goal.atLeast(100, "%", "of the calls answered");
  private static final Goal SANDBOXES = Goal.stated("", "sandboxes that served them");
  private static final Goal TAIL = Goal.stated("ms", "p99");
  private static final int CALLERS = 1_000;

  /// A herd each, on a function of its own.
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "herd";
  }

  @Override
  public String what() {
    return "1,000 simultaneous first calls of one function, three times";
  }

  @Override
  public List<Goal> goals() {
    return List.of(READS, ANSWERED, SANDBOXES, TAIL);
  }

  @Override
  public int seconds() {
    return 5;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> herds = Functions.write(space, "herd-", ROUNDS);
      var round = new AtomicInteger();
      Supply supply = () -> Optional.of(herds.get(round.get()));
      try (var server = run.serve(space);
          var loop = new ClosedLoop(server.address(), CALLERS, supply)) {
        var sandboxes = new ArrayList<Double>();
        var side =
            new Side(
                "herd of 1,000",
                true,
                server,
                _ -> {
                  Load load = loop.calls(CALLERS);
                  String name = "herd-" + round.getAndIncrement();
                  sandboxes.add((double) Census.of(server, name));
                  return load;
                });
        report(run, server, run.alternateCold(ROUNDS, run.budget(), side).getFirst(), sandboxes);
      }
    }
  }

  private static void report(Run run, ServerProcess server, Rounds herd, List<Double> sandboxes)
      throws IOException, InterruptedException {
    long reads = server.counter("pull-lambda.cnt") - 1; // that of the warm-up
    run.found(
        READS,
        Spread.once(reads / (double) ROUNDS),
        "%d reads for %d functions, one for each herd".formatted(reads, ROUNDS));
    run.found(
        ANSWERED,
        Spread.of(herd.loads(), load -> 100.0 * load.nanos().getTotalCount() / load.requests()),
        "%d calls".formatted((long) ROUNDS * CALLERS));
    run.found(SANDBOXES, Spread.of(sandboxes), "there after the herd");
    run.found(TAIL, herd.millis(99), "p50 %s ms".formatted(herd.millis(50)));
    run.method(
        "%d herds, each on a function of its own; connections are made before; no warm-up"
            .formatted(ROUNDS));
    run.plot(
        new Plot.Latencies(
            "1,000 simultaneous first calls of one function",
            "Further left is better.",
            List.of(herd.curve())));
  }
}
