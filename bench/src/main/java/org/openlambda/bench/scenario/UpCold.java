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
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.SignedCalls.Call;

/// The first calls of functions by the AWS Lambda API, signed, beside those to `ol dev`.
public final class UpCold implements Scenario {
  private static final Goal MEDIAN =
      Goal.atMost(1.1, "×", "p50 of a signed first call at 1 client, of one to ol dev");
  private static final Goal TAIL =
      Goal.stated("×", "p99 of a signed first call at 1 client, of one to ol dev");
  private static final Goal MADE = Goal.stated("/s", "functions made by CreateFunction, 8 at once");
  private static final int ROUNDS = 56;

  /// First calls one after another in a round: fewer than wait in the pool. Many short rounds, as a
  /// machine is now faster and now slower.
  private static final int CALLS = 10;

  private static final int UNCOUNTED = 200;
  private static final int FUNCTIONS = UNCOUNTED + ROUNDS * CALLS;

  @Override
  public String name() {
    return "up-cold";
  }

  @Override
  public String what() {
    return "signed first calls by Invoke of the AWS Lambda API (ol up) by 1 client, beside first"
        + " calls to ol dev";
  }

  @Override
  public List<Goal> goals() {
    return List.of(MEDIAN, TAIL, MADE);
  }

  @Override
  public int seconds() {
    return 60;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> open = Functions.writeAws(space, "cold-", FUNCTIONS);
      try (var dev = run.serve(space);
          var up = run.serveAccounts(space)) {
        List<Call> calls = Functions.of(up.first(), "cold-", FUNCTIONS);
        run.progress("making %d functions".formatted(FUNCTIONS));
        Load made = up.create(calls);
        run.found(
            MADE,
            Spread.once(made.perSecond()),
            "%d of them; p50 %.1f ms".formatted(FUNCTIONS, made.percentileMs(50)));
        Functions.settle(run, dev);
        Functions.settle(run, up);
        SignedCalls signed = SignedCalls.each(up, calls);
        try (var ours = new ClosedLoop(up.address(), 1, signed);
            var theirs = new ClosedLoop(dev.address(), 1, Supply.each(open))) {
          ours.calls(UNCOUNTED);
          theirs.calls(UNCOUNTED);
          report(
              run,
              run.alternateCold(
                  ROUNDS,
                  run.share(1, 2L * ROUNDS),
                  new Side(
                      "ol up, signed, first calls",
                      true,
                      up,
                      _ -> {
                        signed.sign();
                        return ours.calls(CALLS);
                      }),
                  new Side("ol dev, first calls", true, dev, _ -> theirs.calls(CALLS))));
        }
      }
    }
  }

  private static void report(Run run, List<Rounds> both) {
    Rounds ours = both.getFirst();
    Rounds open = both.getLast();
    run.method(
        "%d rounds of %d first calls one by one of each server in turn; %d before do not count"
            .formatted(ROUNDS, CALLS, UNCOUNTED));
    run.found(
        MEDIAN,
        ours.over(open, load -> load.percentileMs(50)),
        "p50 %s ms, ol dev %s ms".formatted(ours.millis(50), open.millis(50)));
    run.found(
        TAIL,
        Spread.once(ours.millisOfAll(99).median() / open.millisOfAll(99).median()),
        "p99 of all %s ms, ol dev %s ms".formatted(ours.millisOfAll(99), open.millisOfAll(99)));
    run.plot(
        new Plot.Latencies(
            "Signed first calls beside open ones, 1 client",
            "Curves further left are better; best if both lie on one another.",
            both.stream().map(Rounds::curve).toList()));
  }
}
