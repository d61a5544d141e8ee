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
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;

/// Whether calls become slower when there is more of everything.
public final class Growth implements Scenario {
  private static final Goal WARM_LIVE =
      Goal.atMost(1.2, "×", "p50 of a warm call, at 5,000 live sandboxes to 10");
  private static final Goal COLD_LIVE =
      Goal.atMost(1.2, "×", "p50 of a cold call, at 5,000 live sandboxes to 10");
  private static final Goal WARM_MANY =
      Goal.atMost(1.2, "×", "p50 of a warm call, with 10,000 functions to 10");
  private static final Goal COLD_MANY =
      Goal.atMost(1.2, "×", "p50 of a cold call, with 10,000 functions to 10");
  private static final List<Integer> LIVE = List.of(10, 100, 1_000, 2_500, 5_000);
  private static final List<Integer> FUNCTIONS = List.of(10, 1_000, 10_000);
  private static final int COLD_CALLS = 50;
  private static final int WARM_CALLS = 1_000;
  private static final int CLIENTS = 8;

  /// Sandboxes between two looks at the clock.
  private static final int STEP = 100;

  /// What a warm and a cold call took at a size.
  private record Level(int size, double warmMillis, double coldMillis) {}

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String what() {
    return "latency of warm and cold calls at 10 to 5,000 live sandboxes, and with 10 to 10,000"
        + " functions, 1 client";
  }

  @Override
  public List<Goal> goals() {
    return List.of(WARM_LIVE, COLD_LIVE, WARM_MANY, COLD_MANY);
  }

  /// Within which the sandboxes are made; the servers with many functions come on top.
  @Override
  public int seconds() {
    return 75;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    report(run, "live sandboxes", LIVE, byLive(run), WARM_LIVE, COLD_LIVE);
    report(run, "functions", FUNCTIONS, byFunctions(run), WARM_MANY, COLD_MANY);
    run.method(
        "p50 of %d warm calls after 100 that do not count, and of %d first calls, at each size"
            .formatted(WARM_CALLS, COLD_CALLS));
  }

  /// As far as it comes within the time, and until the server gives up an instance: it holds no
  /// more sandboxes than it may have files open for.
  private static List<Level> byLive(Run run) throws IOException, InterruptedException {
    var levels = new ArrayList<Level>();
    long end = System.nanoTime() + run.budget().toNanos();
    try (var space = new Workspace()) {
      int own = LIVE.getLast();
      List<Request> live = Functions.write(space, "live-", own);
      List<Request> first = Functions.write(space, "first-", LIVE.size() * COLD_CALLS);
      try (var server = run.serve(space, "--keep-alive", "1h");
          var maker = new ClosedLoop(server.address(), CLIENTS, Supply.each(live))) {
        Functions.settle(run, server);
        int made = 0;
        for (int size : LIVE) {
          while (made < size && System.nanoTime() - end < 0) {
            run.progress("making sandboxes: %d".formatted(made));
            int more = Math.min(STEP, size - made);
            maker.calls(more);
            made += more;
          }
          if (made < size || server.counter("evict.cnt") > 0) {
            return levels;
          }
          int from = levels.size() * COLD_CALLS;
          List<Request> cold = first.subList(from, from + COLD_CALLS);
          levels.add(level(run, server, size + " sandboxes", size, live.getFirst(), cold));
        }
      }
    }
    return levels;
  }

  /// A server for each size; the functions for the first calls come on top of it.
  private static List<Level> byFunctions(Run run) throws IOException, InterruptedException {
    var levels = new ArrayList<Level>();
    for (int size : FUNCTIONS) {
      try (var space = new Workspace()) {
        List<Request> all = Functions.write(space, "some-", size);
        List<Request> cold = Functions.write(space, "first-", COLD_CALLS);
        try (var server = run.serve(space)) {
          Functions.settle(run, server);
          levels.add(level(run, server, size + " functions", size, all.getFirst(), cold));
        }
      }
    }
    return levels;
  }

  private static Level level(
      Run run, ServerProcess server, String at, int size, Request warm, List<Request> cold)
      throws IOException, InterruptedException {
    try (var same = new ClosedLoop(server.address(), 1, Supply.always(warm));
        var each = new ClosedLoop(server.address(), 1, Supply.each(cold))) {
      same.calls(100);
      List<Rounds> both =
          run.alternateCold(
              1,
              run.budget(),
              new Side("warm, " + at, true, server, _ -> same.calls(WARM_CALLS)),
              new Side("cold, " + at, true, server, _ -> each.calls(COLD_CALLS)));
      return new Level(
          size, both.getFirst().millis(50).median(), both.getLast().millis(50).median());
    }
  }

  private static void report(
      Run run, String of, List<Integer> sizes, List<Level> levels, Goal warm, Goal cold) {
    String warms = String.join(", ", levels.stream().map(l -> text(l, l.warmMillis())).toList());
    String colds = String.join(", ", levels.stream().map(l -> text(l, l.coldMillis())).toList());
    Level last = levels.getLast();
    if (last.size() == sizes.getLast()) {
      Level first = levels.getFirst();
      run.found(warm, Spread.once(last.warmMillis() / first.warmMillis()), warms);
      run.found(cold, Spread.once(last.coldMillis() / first.coldMillis()), colds);
    } else {
      String why = "no more %s in the time and with the open files given: ".formatted(of);
      run.cannot(warm, why + warms);
      run.cannot(cold, why + colds);
    }
    run.plot(
        new Plot.Lines(
            "Calls by the number of " + of,
            "Flat is best.",
            Plot.Axis.logarithmic(of),
            Plot.Axis.linear("p50, ms"),
            List.of(
                new Plot.Line("warm call", true, levels.stream().map(l -> at(l, true)).toList()),
                new Plot.Line(
                    "cold call", true, levels.stream().map(l -> at(l, false)).toList()))));
  }

  private static String text(Level level, double millis) {
    return "%d: %s ms".formatted(level.size(), Spread.number(millis));
  }

  private static Plot.Point at(Level level, boolean warm) {
    return new Plot.Point(level.size(), warm ? level.warmMillis() : level.coldMillis());
  }
}
