package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.openlambda.bench.baseline.BareLoop;
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
import org.openlambda.linux.system.IdleDepth;

/// Calls of a function that is loaded already.
public final class Warm implements Scenario {
  private static final Goal ONE =
      Goal.atMost(2.5, "×", "p50 at 1 client, of the bare loop's round trip");
  private static final Goal ONE_LOW =
      Goal.atMost(
          2.5, "×", "p50 at 1 client with --low-latency, of the bare loop's, held awake too");
  private static final Goal EIGHT = Goal.stated("%", "rate at 8 clients, of the bare loop's");
  private static final Goal MANY = Goal.atLeast(50, "%", "rate at 32 clients, of the bare loop's");
  private static final Goal MOST = Goal.stated("%", "rate at 256 clients, of the bare loop's");
  private static final String LOW_LATENCY = "--low-latency";

  /// Numbers of clients that are measured, plus one more with low latency.
  private static final int PARTS = 5;

  private static final int ROUNDS = 5;

  static final Request ECHO = Request.post("/run/warm", Workspace.BODY, Workspace.ANSWER);

  @Override
  public String name() {
    return "warm";
  }

  @Override
  public String what() {
    return "calls of a loaded function by 1, 8, 32 and 256 clients, beside a bare Python loop";
  }

  @Override
  public List<Goal> goals() {
    return List.of(ONE, ONE_LOW, EIGHT, MANY, MOST);
  }

  @Override
  public int seconds() {
    return 50;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      var function = space.function("warm", 0);
      try (var bare = BareLoop.start(space, "bare.py", function)) {
        try (var server = run.serve(space)) {
          one(run, server, bare, ONE, "");
          rate(run, server, bare, 8, EIGHT);
          rate(run, server, bare, 32, MANY);
          rate(run, server, bare, 256, MOST);
        }
        if (run.serverKnows(LOW_LATENCY)) {
          try (var server = run.serve(space, LOW_LATENCY)) {
            one(run, server, bare, ONE_LOW, ", low latency");
          }
        } else {
          run.cannot(ONE_LOW, "not available: this server has no " + LOW_LATENCY);
        }
      }
    }
  }

  private static Duration round(Run run) {
    return run.share(1, PARTS * (2L * ROUNDS + 1));
  }

  private static void one(Run run, ServerProcess server, BareLoop bare, Goal goal, String mode)
      throws IOException, InterruptedException {
    List<Rounds> both = compare(run, server, bare, 1, mode);
    Rounds ours = both.getFirst();
    Rounds limit = both.getLast();
    Spread ratio = ours.over(limit, load -> load.percentileMs(50));
    run.found(
        goal, ratio, "p50 %s ms, bare loop %s ms".formatted(ours.millis(50), limit.millis(50)));
  }

  private static void rate(Run run, ServerProcess server, BareLoop bare, int clients, Goal goal)
      throws IOException, InterruptedException {
    List<Rounds> both = compare(run, server, bare, clients, "");
    Rounds ours = both.getFirst();
    Rounds limit = both.getLast();
    run.found(
        goal,
        ours.over(limit, Load::perSecond).times(100),
        "%s req/s, bare loop %s req/s".formatted(ours.perSecond(), limit.perSecond()));
  }

  private static List<Rounds> compare(
      Run run, ServerProcess server, BareLoop bare, int clients, String mode)
      throws IOException, InterruptedException {
    String who = (clients == 1 ? "1 client" : clients + " clients") + mode;
    try (var ours = new ClosedLoop(server.address(), clients, Supply.always(ECHO));
        var limit = new ClosedLoop(bare.address(), clients, Supply.always(ECHO))) {
      List<Rounds> both =
          run.alternate(
              ROUNDS,
              round(run),
              Side.ours("warm, " + who, server, ours),
              mode.isEmpty()
                  ? Side.baseline("bare loop, " + who, bare, limit)
                  : new Side("bare loop, " + who, false, bare, length -> awake(limit, length)));
      run.plot(
          new Plot.Latencies(
              "Warm calls, " + who,
              "further left is better",
              both.stream().map(Rounds::curve).toList()));
      return both;
    }
  }

  /// The option keeps the processors awake while the server has requests; the bare loop gets the
  /// same.
  private static Load awake(ClosedLoop limit, Duration length) throws InterruptedException {
    try (var depth = new IdleDepth()) {
      depth.hold();
      return limit.round(length);
    }
  }
}
