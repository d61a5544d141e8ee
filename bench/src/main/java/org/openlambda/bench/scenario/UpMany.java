package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.SignedCalls.Call;
import org.openlambda.bench.up.Tenant;
import org.openlambda.bench.up.UpServer;

/// Whether calls become slower when there are 10,000 functions in 100 accounts: as many functions
/// are called, as often, on a server that has no others, all of one account.
public final class UpMany implements Scenario {
  private static final Goal WARM =
      Goal.atLeast(
          95, "%", "rate over 64 functions among 10,000 of 100 accounts, of 64 among few of one");
  private static final Goal COLD =
      Goal.atMost(
          1.1, "×", "p50 of a first call among 10,000 of 100 accounts, of one among few of one");
  private static final Goal MADE = Goal.stated("/s", "functions made by CreateFunction, 8 at once");
  private static final Goal LAST =
      Goal.atMost(1.2, "×", "p50 of CreateFunction, the last 1,000 of 10,000, of the first 1,000");
  private static final int CLIENTS = 32;
  private static final int WARM_FUNCTIONS = 64;
  private static final int ROUNDS = 10;
  private static final long SEED = 20_261_129;

  /// Below, the run is for a look only, with few functions, and finds nothing.
  private static final int LEAST_SECONDS = 20;

  /// How much of everything there is.
  ///
  /// @param each functions of an account
  /// @param cold first calls of a round
  private record Size(int accounts, int each, int cold) {
    static Size of(Run run) {
      return run.budget().toSeconds() < LEAST_SECONDS ? new Size(4, 40, 5) : new Size(100, 100, 40);
    }

    int functions() {
      return accounts * each;
    }

    /// Functions that are called once, those that do not count included.
    int called() {
      return (ROUNDS + 1) * cold;
    }

    /// How many of the first and of the last functions made are compared.
    int tenth() {
      return functions() / 10;
    }

    boolean isWhole() {
      return accounts == 100;
    }
  }

  /// One server, and the functions of it that are called.
  private record Population(UpServer server, List<Call> warm, List<Call> cold) {}

  @Override
  public String name() {
    return "up-many";
  }

  @Override
  public String what() {
    return "signed calls of 64 loaded functions by 32 clients, and first calls by 1 client, among"
        + " 10,000 functions of 100 accounts (ol up), beside a server that has no others";
  }

  @Override
  public List<Goal> goals() {
    return List.of(WARM, COLD, MADE, LAST);
  }

  /// Making 10,000 functions comes on top.
  @Override
  public int seconds() {
    return 60;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    Size size = Size.of(run);
    try (var space = new Workspace();
        var few = run.serveAccounts(space);
        var many = run.serveAccounts(space)) {
      Population small = few(few, size);
      Population large = many(run, many, size);
      Functions.settle(run, few);
      Functions.settle(run, many);
      warm(run, size, small, large);
      cold(run, size, small, large);
    }
  }

  private static Population few(UpServer server, Size size)
      throws IOException, InterruptedException {
    List<Call> all = Functions.of(server.first(), "f", WARM_FUNCTIONS + size.called());
    var _ = server.create(all);
    return new Population(
        server, all.subList(0, WARM_FUNCTIONS), all.subList(WARM_FUNCTIONS, all.size()));
  }

  private static Population many(Run run, UpServer server, Size size)
      throws IOException, InterruptedException {
    run.progress("making %d accounts".formatted(size.accounts));
    var tenants = new ArrayList<Tenant>();
    for (int i = 0; i < size.accounts; i++) {
      tenants.add(server.account("tenant-" + i));
    }
    var all = new ArrayList<Call>();
    for (Tenant tenant : tenants) {
      all.addAll(Functions.of(tenant, "f", size.each));
    }
    Collections.shuffle(all, new Random(SEED));
    make(run, server, size, all);
    int called = WARM_FUNCTIONS + size.called();
    return new Population(
        server,
        List.copyOf(all.subList(0, WARM_FUNCTIONS)),
        List.copyOf(all.subList(WARM_FUNCTIONS, Math.min(called, all.size()))));
  }

  private static void make(Run run, UpServer server, Size size, List<Call> all)
      throws IOException, InterruptedException {
    int tenth = size.tenth();
    int rest = all.size() - tenth;
    run.progress("making %d functions".formatted(all.size()));
    Load first = server.create(all.subList(0, tenth));
    Load middle = server.create(all.subList(tenth, rest));
    Load last = server.create(all.subList(rest, all.size()));
    double seconds = (first.wallNanos() + middle.wallNanos() + last.wallNanos()) / 1e9;
    run.found(
        MADE,
        Spread.once(all.size() / seconds),
        "%d of %d accounts in %.1f s".formatted(all.size(), size.accounts, seconds));
    found(
        run,
        size,
        LAST,
        Spread.once(last.percentileMs(50) / first.percentileMs(50)),
        "p50 %.1f ms of the last %d, %.1f ms of the first"
            .formatted(last.percentileMs(50), tenth, first.percentileMs(50)));
  }

  private static void warm(Run run, Size size, Population small, Population large)
      throws IOException, InterruptedException {
    load(run, small);
    load(run, large);
    SignedCalls ofMany = SignedCalls.uniform(large.server, large.warm, SEED);
    SignedCalls ofFew = SignedCalls.uniform(small.server, small.warm, SEED);
    try (var many = new ClosedLoop(large.server.address(), CLIENTS, ofMany);
        var few = new ClosedLoop(small.server.address(), CLIENTS, ofFew)) {
      List<Rounds> both =
          run.alternate(
              ROUNDS,
              run.share(1, 4L * ROUNDS),
              Functions.signed("64 of many functions", large.server, many, ofMany),
              Functions.signed("64 of few functions", small.server, few, ofFew));
      Rounds ours = both.getFirst();
      Rounds other = both.getLast();
      found(
          run,
          size,
          WARM,
          ours.over(other, Load::perSecond).times(100),
          "%s req/s; among few %s req/s".formatted(ours.perSecond(), other.perSecond()));
      plot(run, "Signed calls of 64 loaded functions, 32 clients", both);
    }
  }

  private static void load(Run run, Population population)
      throws IOException, InterruptedException {
    run.progress("loading 64 functions");
    SignedCalls each = SignedCalls.each(population.server, population.warm);
    try (var loader = new ClosedLoop(population.server.address(), 4, each)) {
      var _ = loader.calls(WARM_FUNCTIONS);
    }
  }

  private static void cold(Run run, Size size, Population small, Population large)
      throws IOException, InterruptedException {
    SignedCalls ofMany = SignedCalls.each(large.server, large.cold);
    SignedCalls ofFew = SignedCalls.each(small.server, small.cold);
    try (var many = new ClosedLoop(large.server.address(), 1, ofMany);
        var few = new ClosedLoop(small.server.address(), 1, ofFew)) {
      many.calls(size.cold);
      few.calls(size.cold);
      List<Rounds> both =
          run.alternateCold(
              ROUNDS,
              run.share(1, 4L * ROUNDS),
              side("first calls among many functions", large.server, many, ofMany, size.cold),
              side("first calls among few functions", small.server, few, ofFew, size.cold));
      Rounds ours = both.getFirst();
      Rounds other = both.getLast();
      run.method(
          "%d rounds of %d first calls by 1 client of each server in turn; %d before do not count"
              .formatted(ROUNDS, size.cold, size.cold));
      found(
          run,
          size,
          COLD,
          ours.over(other, load -> load.percentileMs(50)),
          "p50 %s ms; among few %s ms".formatted(ours.millis(50), other.millis(50)));
      plot(run, "Signed first calls, 1 client", both);
    }
  }

  private static Side side(
      String name, UpServer server, ClosedLoop loop, SignedCalls calls, int count) {
    return new Side(
        name,
        true,
        server,
        _ -> {
          calls.sign();
          return loop.calls(count);
        });
  }

  private static void plot(Run run, String title, List<Rounds> both) {
    run.plot(
        new Plot.Latencies(
            title,
            "Curves further left are better; best if both lie on one another.",
            both.stream().map(Rounds::curve).toList()));
  }

  /// Of a short run nothing is found that a goal could be measured by.
  private static void found(Run run, Size size, Goal goal, Spread spread, String note) {
    if (size.isWhole()) {
      run.found(goal, spread, note);
    } else {
      run.cannot(
          goal,
          "only %d functions in %d accounts in less than %d s: %s"
              .formatted(size.functions(), size.accounts, LEAST_SECONDS, note));
    }
  }
}
