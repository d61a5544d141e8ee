package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.ArrayList;
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
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.UpServer;

/// Calls of a loaded function by the AWS Lambda API, each signed and checked, its lines in the log
/// included, beside the same calls to `ol dev`.
public final class UpWarm implements Scenario {
  private static final Goal ONE =
      Goal.atMost(1.1, "×", "p50 of a signed call at 1 client, of one to ol dev");
  private static final Goal EIGHT =
      Goal.atLeast(90, "%", "rate of signed calls at 8 clients, of those to ol dev");
  private static final Goal MANY =
      Goal.atLeast(90, "%", "rate of signed calls at 32 clients, of those to ol dev");
  private static final Goal COST =
      Goal.stated("µs", "processor time of a signed call, more than of one to ol dev, 32 clients");

  /// Numbers of clients.
  private static final int PARTS = 3;

  private static final int ROUNDS = 11;

  @Override
  public String name() {
    return "up-warm";
  }

  @Override
  public String what() {
    return "signed calls of a loaded function by Invoke of the AWS Lambda API (ol up), by 1, 8 and"
        + " 32 clients, beside the same calls to ol dev";
  }

  @Override
  public List<Goal> goals() {
    return List.of(ONE, EIGHT, MANY, COST);
  }

  @Override
  public int seconds() {
    return 70;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      space.awsFunction("warm", 0);
      try (var dev = run.serve(space);
          var up = run.serveAccounts(space)) {
        var call = new SignedCalls.Call(up.first(), "warm");
        var _ = up.create(List.of(call));
        Functions.settle(run, up);
        var servers = new Servers(dev, up, SignedCalls.always(up, call));
        one(run, servers);
        rate(run, servers, 8, EIGHT);
        List<Rounds> many = rate(run, servers, 32, MANY);
        run.found(
            COST, cost(many.getFirst(), many.getLast()), "of server and sandboxes, by rounds");
      }
    }
  }

  private record Servers(ServerProcess dev, UpServer up, SignedCalls signed) {}

  private static void one(Run run, Servers servers) throws IOException, InterruptedException {
    List<Rounds> both = compare(run, servers, 1);
    Rounds ours = both.getFirst();
    Rounds open = both.getLast();
    run.found(
        ONE,
        ours.over(open, load -> load.percentileMs(50)),
        "p50 %s ms, ol dev %s ms".formatted(ours.millis(50), open.millis(50)));
  }

  private static List<Rounds> rate(Run run, Servers servers, int clients, Goal goal)
      throws IOException, InterruptedException {
    List<Rounds> both = compare(run, servers, clients);
    Rounds ours = both.getFirst();
    Rounds open = both.getLast();
    run.found(
        goal,
        ours.over(open, Load::perSecond).times(100),
        "%s req/s, ol dev %s req/s".formatted(ours.perSecond(), open.perSecond()));
    return both;
  }

  private static List<Rounds> compare(Run run, Servers servers, int clients)
      throws IOException, InterruptedException {
    String who = clients == 1 ? "1 client" : clients + " clients";
    Supply plain = Supply.always(Warm.ECHO);
    try (var signed = new ClosedLoop(servers.up.address(), clients, servers.signed);
        var open = new ClosedLoop(servers.dev.address(), clients, plain)) {
      List<Rounds> both =
          run.alternate(
              ROUNDS,
              run.share(1, PARTS * (2L * ROUNDS + 1)),
              Functions.signed("ol up, signed, " + who, servers.up, signed, servers.signed),
              Side.ours("ol dev, " + who, servers.dev, open));
      run.plot(
          new Plot.Latencies(
              "Signed calls beside open ones, " + who,
              "Curves further left are better; best if both lie on one another.",
              both.stream().map(Rounds::curve).toList()));
      return both;
    }
  }

  private static Spread cost(Rounds ours, Rounds open) {
    var more = new ArrayList<Double>();
    for (int i = 0; i < ours.rounds().size(); i++) {
      more.add(spent(ours.rounds().get(i)) - spent(open.rounds().get(i)));
    }
    return Spread.of(more);
  }

  private static double spent(Rounds.Round round) {
    return round.cpuMicrosPerRequest("server") + round.cpuMicrosPerRequest("sandboxes");
  }
}
