package org.openlambda.worker.count;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// How often the worker did what, and how long it took, under the names that OpenLambda's scripts
/// read from `/stats`. Safe for any thread, never blocks.
public final class Counters {
  /// What is counted.
  public enum Step {
    /// Code was copied into the store.
    PULL("pull-lambda"),
    /// A sandbox was made ready before anybody asked.
    CREATE("Create()"),
    /// A sandbox was made while a caller waited for it.
    FORK("fork()"),
    PAUSE("Pause()"),
    UNPAUSE("Unpause()"),
    /// An idle instance was given up to make room.
    EVICT("evict"),
    /// A call waited until it might run.
    WAIT("wait"),
    /// A call was refused because too many wait, or too long.
    REFUSE("refuse"),
    DESTROY("Destroy()");

    private final String text;

    Step(String text) {
      this.text = text;
    }
  }

  /// How often, and how long altogether.
  private static final class Count {
    private final LongAdder times = new LongAdder();
    private final LongAdder nanos = new LongAdder();
  }

  private final Map<Step, Count> counts = new EnumMap<>(Step.class);

  public Counters() {
    for (Step step : Step.values()) {
      counts.put(step, new Count());
    }
  }

  /// One step was done.
  ///
  /// @param tookNanos 0 where nobody waits for it
  public void count(Step step, long tookNanos) {
    Count count = Objects.requireNonNull(counts.get(step));
    count.times.increment();
    count.nanos.add(tookNanos);
  }

  /// `Create().cnt` → how often, `Create().ms-avg` → milliseconds each, `Create().us` →
  /// microseconds altogether, which OpenLambda has not.
  public Map<String, Long> snapshot() {
    var all = new LinkedHashMap<String, Long>();
    counts.forEach((step, count) -> {
      long times = count.times.sum();
      double millis = count.nanos.sum() / 1e6;
      all.put(step.text + ".cnt", times);
      all.put(step.text + ".ms-avg", times == 0 ? 0 : Math.round(millis / times));
      all.put(step.text + ".us", Math.round(millis * 1_000));
    });
    return all;
  }
}
