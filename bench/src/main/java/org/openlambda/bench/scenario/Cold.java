package org.openlambda.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.baseline.BareFork;
import org.openlambda.bench.baseline.FreshPython;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.OverTime;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.load.TimeLine;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// The first call of functions that were never called, with sandboxes waiting.
public final class Cold implements Scenario {
  private static final Goal MEDIAN =
      Goal.atLeast(16, "×", "p50 at 1 client, faster than fresh Python's p50");
  private static final Goal TAIL =
      Goal.atLeast(5, "×", "p99 at 1 client, faster than fresh Python's p50");
  private static final Goal CONTAINER =
      Goal.stated("×", "p50 at 1 client, faster than Python in bubblewrap");
  private static final Goal SUSTAINED =
      Goal.atLeast(70, "%", "sustained rate at 8 clients, of bare forks (2 processes)");

  private static final int ROUNDS = 20;

  /// First calls one after another in a round: not more than wait in the pool, which the baselines'
  /// rounds let fill again.
  private static final int CALLS = 50;

  /// Fewer than the server fetches the code of ahead. First calls before those: what only a first
  /// call does is to be compiled, too.
  private static final int UNCOUNTED = 300;

  private static final int FUNCTIONS = UNCOUNTED + ROUNDS * CALLS;

  private static final int CLIENTS = 8;

  /// So many functions are written that a round lasts its time at this share of the bare forks'
  /// rate; if the platform is faster, it is over earlier.
  private static final double EXPECTED_AT_MOST = 0.25;

  static final Path BWRAP = Path.of("/usr/bin/bwrap");

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public String what() {
    return "first calls of functions never called before, by 1 client beside a fresh"
        + " python3 -I -S -E for each call, and by 8 clients beside bare forks of a warm Python";
  }

  @Override
  public List<Goal> goals() {
    return List.of(MEDIAN, TAIL, CONTAINER, SUSTAINED);
  }

  @Override
  public int seconds() {
    return 90;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    oneClient(run);
    manyClients(run);
  }

  private static void oneClient(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      List<Request> first = Functions.write(space, "cold-", FUNCTIONS);
      FreshPython fresh = FreshPython.plain(space, space.functions().resolve("cold-0"));
      try (var server = run.serve(space);
          var loop = new ClosedLoop(server.address(), 1, Supply.each(first))) {
        Functions.settle(run, server);
        loop.calls(UNCOUNTED);
        Duration round = run.share(1, 10L * ROUNDS);
        var sides = new ArrayList<Side>();
        sides.add(new Side("cold, 1 client", true, server, _ -> loop.calls(CALLS)));
        sides.add(new Side("fresh python3 -I -S -E", false, Spender.nobody(), fresh::round));
        if (Files.isExecutable(BWRAP)) {
          sides.add(new Side("bwrap + python3", false, Spender.nobody(), fresh.in(BWRAP)::round));
        }
        report(run, run.alternateCold(ROUNDS, round, sides.toArray(Side[]::new)));
      }
    }
  }

  private static void report(Run run, List<Rounds> all) {
    Rounds ours = all.getFirst();
    Rounds fresh = all.get(1);
    double python = fresh.millis(50).median();
    Spread tail = ours.millisOfAll(99);
    run.method(
        "1 client: %d rounds of %d first calls one after another, each followed by a round of each"
                .formatted(ROUNDS, CALLS)
            + " baseline; %d first calls before do not count".formatted(UNCOUNTED));
    run.found(
        MEDIAN,
        fresh.over(ours, load -> load.percentileMs(50)),
        "p50 %s ms; fresh Python %s ms".formatted(ours.millis(50), fresh.millis(50)));
    run.found(
        TAIL,
        new Spread(python / tail.median(), python / tail.most(), python / tail.least()),
        "p99 of all %s ms; fresh Python's p50 %s ms".formatted(tail, fresh.millis(50)));
    if (all.size() > 2) {
      run.found(
          CONTAINER,
          all.getLast().over(ours, load -> load.percentileMs(50)),
          "p50 %s ms; in bubblewrap %s ms".formatted(ours.millis(50), all.getLast().millis(50)));
    } else {
      run.cannot(CONTAINER, "bubblewrap is not installed: apt install bubblewrap");
    }
    run.plot(
        new Plot.Latencies(
            "First calls by 1 client",
            "Curves further left are better.",
            all.stream().map(Rounds::curve).toList()));
  }

  /// One long round of ours, as a pool that is full at the start says nothing about a minute; the
  /// baseline before and after it.
  private static void manyClients(Run run) throws IOException, InterruptedException {
    Duration length = run.share(2, 3);
    Duration beside = run.share(1, 36);
    try (var space = new Workspace()) {
      try (var one = BareFork.start(space, 1);
          var two = BareFork.start(space, 2)) {
        var single = new Side("bare forks, 1 process", false, one, one::round);
        var both = new Side("bare forks, 2 processes", false, two, two::round);
        List<Rounds> before = run.alternateCold(2, beside, single, both);
        double most = EXPECTED_AT_MOST * before.getLast().perSecond().median();
        int functions = (int) Math.max(200, length.toMillis() / 1000.0 * most);
        run.progress("writing %d functions".formatted(functions));
        List<Request> first = Functions.write(space, "many-", functions);
        try (var server = run.serve(space);
            var loop = new ClosedLoop(server.address(), CLIENTS, Supply.each(first))) {
          Functions.settle(run, server);
          sustained(run, server, loop, length, before, both, beside);
        }
      }
    }
  }

  private static void sustained(
      Run run,
      ServerProcess server,
      ClosedLoop loop,
      Duration length,
      List<Rounds> before,
      Side forks,
      Duration beside)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    loop.calls(CLIENTS);
    run.method(
        "8 clients: a first call of each (%d ms) does not count: the server may still be reading"
            .formatted((System.nanoTime() - begin) / 1_000_000));
    var side = Side.ours("cold, 8 clients", server, loop);
    Rounds ours = run.alternateCold(1, length, side).getFirst();
    Rounds after = run.alternateCold(2, beside, forks).getFirst();
    var rates = new ArrayList<Double>();
    before.getLast().loads().forEach(load -> rates.add(load.perSecond()));
    after.loads().forEach(load -> rates.add(load.perSecond()));
    Spread limit = Spread.of(rates);
    double rate = ours.perSecond().median();
    Load load = ours.loads().getFirst();
    run.found(
        SUSTAINED,
        new Spread(rate / limit.median(), rate / limit.most(), rate / limit.least()).times(100),
        "%s sandboxes/s for %.0f s; bare forks: 2 processes %s/s, 1 process %s/s"
            .formatted(
                Spread.number(rate), load.wallNanos() / 1e9, limit, before.getFirst().perSecond()));
    run.plot(rateLine(load.timeLine(), limit.median()));
    run.method(
        "cold, 8 clients: one round of %d s; bare forks: 2 rounds before and 2 after it"
            .formatted(length.toSeconds()));
  }

  private static Plot rateLine(TimeLine line, double limit) {
    return new Plot.Lines(
        "First calls by 8 clients: rate over time",
        "Higher is better; a pool that is used up shows as a fall.",
        Plot.Axis.linear("time since the start, s"),
        Plot.Axis.linear("first calls answered per second"),
        List.of(
            OverTime.rate("cold, 8 clients", true, line),
            OverTime.level("bare forks, 2 processes (median)", limit, line)));
  }
}
