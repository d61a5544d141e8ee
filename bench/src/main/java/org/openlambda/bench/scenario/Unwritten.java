package org.openlambda.bench.scenario;

import java.util.List;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;

/// A scenario that is promised but that this version does not measure: its goals stand in every
/// table and say so, so that none is forgotten.
record Unwritten(String name, String what, List<Goal> goals) implements Scenario {
  Unwritten {
    goals = List.copyOf(goals);
  }

  @Override
  public int seconds() {
    return 0;
  }

  @Override
  public void measure(Run run) {
    goals.forEach(goal -> run.cannot(goal, "this version does not measure it"));
  }

  static List<Scenario> all() {
    return List.of(
        new Unwritten(
            "burst",
            "from zero, 100 closed-loop clients of a handler that sleeps 200 ms, 30 s",
            List.of(
                Goal.atMost(100, "%", "time to all 100 first answers, of 0.2 s + 100 × cold p50"),
                Goal.atMost(205, "ms", "p50"),
                Goal.atMost(250, "ms", "p99"),
                Goal.atLeast(490, "req/s", "rate"))),
        new Unwritten(
            "spin",
            "the same with 200 ms of CPU, and a light function meanwhile",
            List.of(
                Goal.atLeast(97, "%", "rate, of cores / 0.2 s"),
                Goal.atMost(50, "ms", "p99 of the light function"))),
        new Unwritten(
            "herd",
            "1,000 simultaneous first calls of one function",
            List.of(
                Goal.atMost(1, "", "times that the bundle was read"),
                Goal.atLeast(100, "%", "of the calls answered"),
                Goal.stated("ms", "p99"))),
        new Unwritten(
            "churn",
            "sandboxes created and destroyed, beside bare forks",
            List.of(Goal.atLeast(75, "%", "rate, of bare forks"))),
        new Unwritten(
            "density",
            "idle sandboxes until 75 % of memory, and calls meanwhile",
            List.of(
                Goal.atLeast(10_000, "", "sandboxes, scaled to 24 GB"),
                Goal.atMost(2, "MB", "memory of an idle sandbox"))),
        new Unwritten(
            "growth",
            "latency at 10 to 5,000 live sandboxes and 10 to 10,000 functions",
            List.of(
                Goal.atMost(1.2, "×", "p50 of a warm call, last to first"),
                Goal.atMost(1.2, "×", "p50 of a cold call, last to first"))),
        new Unwritten(
            "mix",
            "200 functions of the Azure trace of 2019, scaled to the machine",
            List.of(
                Goal.stated("×", "slowdown, p50"),
                Goal.stated("%", "cold calls"),
                Goal.stated("MB", "memory, average"))));
  }
}
