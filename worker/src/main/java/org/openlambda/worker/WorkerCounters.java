package org.openlambda.worker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// How often the worker did what, and how long it took, under the names that OpenLambda's scripts
/// read from `/stats`. Safe for any thread.
public final class WorkerCounters {
  /// What is counted.
  enum Step {
    PULL_LAMBDA("pull-lambda"),
    CREATE("Create()"),
    UNPAUSE("Unpause()"),
    DESTROY("Destroy()");

    private final String text;

    Step(String text) {
      this.text = text;
    }
  }

  private final Map<Step, LongAdder> counts = adders();
  private final Map<Step, LongAdder> nanos = adders();

  private static Map<Step, LongAdder> adders() {
    var map = new java.util.EnumMap<Step, LongAdder>(Step.class);
    for (Step step : Step.values()) {
      map.put(step, new LongAdder());
    }
    return map;
  }

  void count(Step step, Duration took) {
    adder(counts, step).increment();
    adder(nanos, step).add(took.toNanos());
  }

  private static LongAdder adder(Map<Step, LongAdder> map, Step step) {
    return java.util.Objects.requireNonNull(map.get(step));
  }

  /// `"Create().cnt"` → how often, `"Create().ms-avg"` → milliseconds each.
  public Map<String, Long> snapshot() {
    var all = new LinkedHashMap<String, Long>();
    for (Step step : Step.values()) {
      long count = adder(counts, step).sum();
      all.put(step.text + ".cnt", count);
      all.put(
          step.text + ".ms-avg",
          count == 0 ? 0 : Math.round(adder(nanos, step).sum() / 1e6 / count));
    }
    return all;
  }
}
