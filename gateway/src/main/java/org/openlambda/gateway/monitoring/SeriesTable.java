package org.openlambda.gateway.monitoring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;

/// The series of all versions, no more than [#MOST]: when there are so many, those of versions that
/// nobody has called for an hour give way to new ones; if there are none, the rest is counted
/// together. What gave way is counted there, too, so that sums only grow. Safe for any thread.
final class SeriesTable {
  static final int MOST = 1_000;

  private static final long UNUSED_NANOS = Duration.ofHours(1).toNanos();
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Map<Key, Series> series = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Series others = new Series();

  /// When it was looked for room last; guarded by this.
  private long lookedNanos;

  private record Key(FunctionId function, String number) {}

  /// What a series is called.
  record Labels(String function, String version, String account) {
    private static final Labels OTHERS = new Labels("other", "other", "other");

    private static Labels of(Key key) {
      return new Labels(key.function.name().text(), key.number, key.function.account().text());
    }
  }

  record Labelled(Labels labels, Series series) {}

  SeriesTable(long nowNanos) {
    this.lookedNanos = nowNanos - PAUSE_NANOS;
  }

  /// The series of a version.
  Series of(Version version, long nowNanos) {
    var key = new Key(version.function(), version.number());
    Series known = series.get(key);
    if (known != null) {
      return known;
    }
    if (count.get() >= MOST && !makeRoom(nowNanos)) {
      return others;
    }
    return series.computeIfAbsent(
        key,
        _ -> {
          count.incrementAndGet();
          return new Series();
        });
  }

  private synchronized boolean makeRoom(long nowNanos) {
    if (nowNanos - lookedNanos >= PAUSE_NANOS) {
      lookedNanos = nowNanos;
      series.forEach((key, unused) -> {
        if (nowNanos - unused.usedNanos() > UNUSED_NANOS && series.remove(key, unused)) {
          count.decrementAndGet();
          others.absorb(unused);
        }
      });
    }
    return count.get() < MOST;
  }

  /// By account, name and version; what is counted together last.
  List<Labelled> all() {
    var all =
        new ArrayList<Labelled>(
            series.entrySet().stream()
                .map(entry -> new Labelled(Labels.of(entry.getKey()), entry.getValue()))
                .sorted(
                    Comparator.comparing((Labelled one) -> one.labels.account)
                        .thenComparing(one -> one.labels.function)
                        .thenComparing(one -> one.labels.version))
                .toList());
    all.add(new Labelled(Labels.OTHERS, others));
    return all;
  }
}
