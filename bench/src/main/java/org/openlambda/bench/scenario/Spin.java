package org.openlambda.bench.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.OpenLoop;
import org.openlambda.bench.load.Plan;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// A hundred callers of a function that computes, and light calls of another meanwhile.
public final class Spin implements Scenario {
  private static final Goal RATE = Goal.atLeast(97, "%", "rate, of cores / 0.2 s");
  private static final Goal LIGHT = Goal.atMost(50, "ms", "p99 of the light function");
  private static final int CLIENTS = 100;
  private static final double CPU_SECONDS = 0.2;
  private static final double LIGHT_PER_SECOND = 40;
  private static final int LIGHT_CONNECTIONS = 64;
  private static final long SEED = 20_190_715;
  private static final String COMPUTE =
      """
      import time


      def f(event):
          end = time.thread_time() + 0.2
          while time.thread_time() < end:
              pass
          return event
      """;

  @Override
  public String name() {
    return "spin";
  }

  @Override
  public String what() {
    return "100 closed-loop clients of a handler that computes for 200 ms, and a light function"
        + " 40 times a second meanwhile";
  }

  @Override
  public List<Goal> goals() {
    return List.of(RATE, LIGHT);
  }

  @Override
  public int seconds() {
    return 24;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      space.function("spin", COMPUTE);
      space.function("light", 0);
      Request spin = Request.post("/run/spin", "{}", "{}");
      Request light = Request.post("/run/light", Workspace.BODY, Workspace.ANSWER);
      try (var server = run.serve(space);
          var heavy = new ClosedLoop(server.address(), CLIENTS, Supply.always(spin));
          var warmer = new ClosedLoop(server.address(), 1, Supply.always(light));
          var few = new OpenLoop(server.address(), LIGHT_CONNECTIONS)) {
        warmer.calls(100);
        var lights = new ArrayList<Rounds.Round>();
        Callable<Load> beside =
            () ->
                few.round(run.budget(), Plan.poisson(LIGHT_PER_SECOND, SEED, Supply.always(light)));
        var both =
            new Side(
                "computing, 100 clients",
                true,
                server,
                length -> {
                  var task = new FutureTask<>(beside);
                  Thread.ofPlatform().name("light").start(task);
                  Load load = heavy.round(length);
                  lights.add(new Rounds.Round(await(task), Map.of()));
                  return load;
                });
        Rounds computing = run.alternateCold(1, run.budget(), both).getFirst();
        var side = new Side("light, meanwhile", true, Spender.nobody(), Spin::never);
        report(run, run.budget(), computing, new Rounds(side, lights));
      }
    }
  }

  private static Load never(Duration length) {
    throw new IllegalStateException("the light calls run beside the others, for " + length);
  }

  private static Load await(FutureTask<Load> task) throws IOException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UncheckedIOException io
          ? io.getCause()
          : new IOException("the light calls failed", e.getCause());
    }
  }

  private static void report(Run run, Duration length, Rounds computing, Rounds light) {
    int cores = Runtime.getRuntime().availableProcessors();
    double limit = cores / CPU_SECONDS;
    run.figures(light.figures());
    run.found(
        RATE,
        Spread.once(computing.perSecond().median() / limit).times(100),
        "%s req/s of %s on %d cores; client, server and light calls use the same ones"
            .formatted(computing.perSecond(), Spread.number(limit), cores));
    run.found(LIGHT, light.millis(99), "p50 %s ms".formatted(light.millis(50)));
    run.method(
        "one round of %d s; the light function is loaded before, open loop (Poisson, %.0f/s)"
            .formatted(length.toSeconds(), LIGHT_PER_SECOND));
    run.plot(
        new Plot.Latencies(
            "Light calls beside 100 clients that compute",
            "Curves further left are better; the computing ones wait for a processor.",
            List.of(light.curve(), computing.curve())));
  }
}
