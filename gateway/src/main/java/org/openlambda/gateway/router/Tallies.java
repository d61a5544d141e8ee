package org.openlambda.gateway.router;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How often things happened and how long they took, by name. Safe for any thread.
public final class Tallies {
  /// Names counted; what comes later is counted together as [#OTHERS].
  private static final int MOST_NAMES = 20_000;

  private static final String OTHERS = "(others)";

  private final Map<String, Tally> byName = new ConcurrentHashMap<>();

  /// The tally of a name, made if it is new.
  Tally of(String name) {
    Tally known = byName.get(name);
    if (known != null) {
      return known;
    }
    String counted = byName.size() < MOST_NAMES ? name : OTHERS;
    return byName.computeIfAbsent(counted, _ -> new Tally());
  }

  /// For every name `<name>.cnt` and `<name>.ms-avg`, as OpenLambda's worker reports them; sorted.
  public Map<String, Long> report() {
    var report = new TreeMap<String, Long>();
    byName.forEach((name, tally) -> {
      long count = tally.count.sum();
      if (count > 0) {
        report.put(name + ".cnt", count);
        report.put(name + ".ms-avg", tally.nanos.sum() / count / 1_000_000);
      }
    });
    return report;
  }

  /// One thing that is counted.
  static final class Tally {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    long count() {
      return count.sum();
    }

    void add(long tookNanos) {
      count.increment();
      nanos.add(tookNanos);
    }
  }
}
