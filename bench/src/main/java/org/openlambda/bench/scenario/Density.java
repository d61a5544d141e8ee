package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

/// Idle sandboxes, as many as memory or time allow: each of many functions is called once and keeps
/// its sandbox. Now and then one that is loaded is called a few hundred times.
public final class Density implements Scenario {
  private static final Goal COUNT = Goal.atLeast(10_000, "", "idle sandboxes, scaled to 24 GB");
  private static final Goal SIZE = Goal.atMost(2, "MB", "memory of an idle sandbox");
  private static final Goal MEANWHILE = Goal.stated("ms", "p99 of warm calls meanwhile");

  /// A worker holds 12,000 instances.
  private static final int FUNCTIONS = 11_500;

  private static final int CLIENTS = 8;
  private static final int AT_ONCE = 500;
  private static final int WARM_CALLS = 200;
  private static final double SHARE_OF_MEMORY = 0.75;
  private static final double GOAL_MB = 24_576;

  @Override
  public String name() {
    return "density";
  }

  @Override
  public String what() {
    return "idle sandboxes until 75 % of memory is used, or the time is over, and calls meanwhile";
  }

  @Override
  public List<Goal> goals() {
    return List.of(COUNT, SIZE, MEANWHILE);
  }

  @Override
  public int seconds() {
    return 42;
  }

  /// @param count idle sandboxes
  /// @param usedMb memory that they and the server's tables took
  /// @param end why there are no more
  private record Filled(long count, double usedMb, String end) {
    double eachMb() {
      return usedMb / Math.max(1, count);
    }
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      run.progress("writing %d functions".formatted(FUNCTIONS));
      List<Request> all = Functions.write(space, "idle-", FUNCTIONS);
      try (var server = run.serve(space, "--keep-alive", "1h");
          var maker = new ClosedLoop(server.address(), CLIENTS, Supply.each(all));
          var warm = new ClosedLoop(server.address(), 1, Supply.always(all.getFirst()))) {
        Functions.settle(run, server);
        warm.calls(WARM_CALLS);
        var meanwhile = new ArrayList<Rounds>();
        report(run, fill(run, server, maker, warm, meanwhile), meanwhile);
      }
    }
  }

  private static Filled fill(
      Run run, ServerProcess server, ClosedLoop maker, ClosedLoop warm, List<Rounds> meanwhile)
      throws IOException, InterruptedException {
    long before = Census.availableMb();
    long most = (long) (before * SHARE_OF_MEMORY);
    long end = System.nanoTime() + run.budget().toNanos();
    var making = new Side("first calls, 8 clients", true, server, _ -> maker.calls(AT_ONCE));
    var calling = new Side("warm meanwhile, 1 client", true, server, _ -> warm.calls(WARM_CALLS));
    String why = "the time ended: a lower bound";
    for (int made = 0; System.nanoTime() - end < 0; made += AT_ONCE) {
      if (made >= FUNCTIONS) {
        why = "all functions were called: a lower bound";
        break;
      } else if (before - Census.availableMb() >= most) {
        why = "memory was used up to 75 %";
        break;
      } else if (server.counter("evict.cnt") > 0) {
        why = "the server may have no more files open (ulimit -n): a lower bound";
        break;
      }
      meanwhile.addAll(run.alternateCold(1, Duration.ZERO, making, calling));
    }
    long used = before - Census.availableMb();
    return new Filled(Census.of(server, "idle-"), used, why);
  }

  private static void report(Run run, Filled filled, List<Rounds> sides) {
    double memoryMb = filled.eachMb() > 0 ? SHARE_OF_MEMORY * GOAL_MB / filled.eachMb() : 0;
    run.found(
        COUNT,
        Spread.once((double) filled.count()),
        "%s; at their size 75 %% of 24 GB hold %s"
            .formatted(filled.end(), Spread.number(memoryMb)));
    run.found(
        SIZE,
        Spread.once(filled.eachMb()),
        "%s MB less are available, kernel and the server's tables included"
            .formatted(Spread.number(filled.usedMb())));
    List<Rounds> warm = sides.stream().filter(r -> r.side().name().startsWith("warm")).toList();
    if (warm.isEmpty()) {
      run.cannot(MEANWHILE, filled.end());
      return;
    }
    run.found(
        MEANWHILE,
        Spread.of(warm, r -> r.millis(99).median()),
        "p50 %s ms; by %d calls after each %d sandboxes"
            .formatted(Spread.of(warm, r -> r.millis(50).median()), WARM_CALLS, AT_ONCE));
    run.method(
        String.format(
            Locale.ROOT, "up to %,d functions are called once each, keep-alive 1 h", FUNCTIONS));
    var points = new ArrayList<Plot.Point>();
    for (int i = 0; i < warm.size(); i++) {
      points.add(new Plot.Point((i + 1) * AT_ONCE, warm.get(i).millis(50).median()));
    }
    run.plot(
        new Plot.Lines(
            "Warm calls beside idle sandboxes",
            "Flat is best.",
            Plot.Axis.linear("idle sandboxes"),
            Plot.Axis.linear("p50 of a warm call, ms"),
            List.of(new Plot.Line("warm, 1 client", true, points))));
  }
}
