package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Admission and fair order on processors that are shared equally among those admitted, as the
/// kernel does it, in steps of a millisecond.
class SharedProcessorsTest {
  private static final int CORES = 2;
  private static final int SECONDS = 60;

  /// A function with clients of which each calls again when it is answered, after a pause.
  private static final class Load {
    private final double cpuMillis;
    private final int pauseMillis;
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>(); // since when
    private final List<Integer> resting = new ArrayList<>(); // until when
    private final List<Integer> latencies = new ArrayList<>();
    private int running;
    private double end;

    private Load(int clients, double cpuMillis, int pauseMillis) {
      this.cpuMillis = cpuMillis;
      this.pauseMillis = pauseMillis;
      for (int i = 0; i < clients; i++) {
        resting.add(i % (pauseMillis + 1));
      }
    }

    private int percentile(int percent) {
      List<Integer> sorted = latencies.stream().sorted().toList();
      return sorted.get(sorted.size() * percent / 100);
    }
  }

  private static final class Call {
    private final Load load;
    private final int since;
    private double left;

    private Call(Load load, int since, double left) {
      this.load = load;
      this.since = since;
      this.left = left;
    }
  }

  private FairOrder<Load> order = new FairOrder<>();
  private final List<Call> running = new ArrayList<>();

  private void simulate(List<Load> loads, long seed) {
    order = new FairOrder<>();
    running.clear();
    var random = new SplittableRandom(seed);
    for (int now = 0; now < SECONDS * 1_000; now++) {
      for (Load load : loads) {
        arrive(load, now);
      }
      int active = (int) loads.stream().filter(l -> l.running + l.waiting.size() > 0).count();
      while (admitOne(active, random)) {}
      double each = Math.min(1, (double) CORES / Math.max(1, running.size()));
      for (Call call : List.copyOf(running)) {
        call.left -= each;
        if (call.left <= 0) {
          running.remove(call);
          call.load.running--;
          call.load.latencies.add(now + 1 - call.since);
          call.load.resting.add(now + 1 + call.load.pauseMillis);
        }
      }
    }
  }

  private void arrive(Load load, int now) {
    for (var rest = load.resting.iterator(); rest.hasNext(); ) {
      if (rest.next() <= now) {
        rest.remove();
        if (load.waiting.isEmpty()) {
          order.join(load, load.end);
        }
        load.waiting.add(now);
      }
    }
  }

  private boolean admitOne(int active, SplittableRandom random) {
    return order.any(load -> {
      var now = new CpuGate.Processors(running.size(), active, CORES);
      var asker = new CpuGate.Asker(1, load.running, (long) (load.cpuMillis * 1e6));
      if (!CpuGate.opens(now, asker)) {
        return false;
      }
      load.end = order.serve(load, load.cpuMillis);
      double work = load.cpuMillis * (0.9 + 0.2 * random.nextDouble());
      running.add(new Call(load, load.waiting.remove(), work));
      load.running++;
      if (load.waiting.isEmpty()) {
        order.leave(load);
      }
      return true;
    });
  }

  @Test
  void a_flood_keeps_the_processors_busy_and_light_calls_beside_it_are_answered_soon() {
    for (long seed = 1; seed <= 5; seed++) {
      var flood = new Load(100, 200, 0);
      var light = new Load(4, 2, 20);
      simulate(List.of(flood, light), seed);
      double used = flood.latencies.size() * 200.0 + light.latencies.size() * 2.0;
      double utilised = used / (SECONDS * 1_000 * CORES); // each call loses half a step at its end
      assertThat(utilised).as("seed %d", seed).isGreaterThan(0.96);
      assertThat(light.percentile(99)).as("seed %d", seed).isLessThanOrEqualTo(50);
    }
  }

  @Test
  void two_floods_get_the_same_processor_time_whatever_their_calls_take() {
    for (long seed = 1; seed <= 5; seed++) {
      var shorter = new Load(60, 50, 0);
      var longer = new Load(60, 400, 0);
      simulate(List.of(shorter, longer), seed);
      double ratio = shorter.latencies.size() * 50.0 / (longer.latencies.size() * 400.0);
      assertThat(ratio).as("seed %d", seed).isBetween(0.8, 1.25);
    }
  }
}
