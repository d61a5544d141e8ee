package org.openlambda.tests.endurance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What one kind of fault has cost.
final class Tally {
  private final Fault fault;
  private final List<Duration> outages = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> lost = new TreeMap<>();
  private int served;

  /// Of one strike.
  ///
  /// @param outage until calls that began after it were served
  /// @param calls that ended meanwhile, until all was well again
  /// @param wrong what is not as promised, in words
  record Cost(Duration outage, List<Load.Call> calls, List<String> wrong) {}

  Tally(Fault fault) {
    this.fault = fault;
  }

  Fault fault() {
    return fault;
  }

  void add(Cost cost) {
    outages.add(cost.outage);
    wrong.addAll(cost.wrong);
    for (Load.Call call : cost.calls) {
      if (call.isLost()) {
        lost.merge(anonymous(call.words()), 1, Integer::sum);
        if (!fault.mayCost(call)) {
          wrong.add(call.function() + ": " + call.words());
        }
      } else if (call.isServed()) {
        served++;
      }
    }
  }

  /// Words without what tells one call from another.
  private static String anonymous(String words) {
    return words.replaceAll("[0-9a-f]{8}-[-0-9a-f]{27}|\\b[0-9a-f]{16,}\\b", "ID");
  }

  List<String> wrong() {
    return wrong.stream().limit(20).toList();
  }

  Duration slowest() {
    return sorted().getLast();
  }

  private List<Duration> sorted() {
    return outages.stream().sorted(Comparator.naturalOrder()).toList();
  }

  /// A table for people.
  static List<String> table(List<Tally> tallies) {
    var lines = new ArrayList<String>();
    lines.add(
        "%-34s %5s %7s %6s   %s"
            .formatted("fault", "times", "served", "lost", "serves again: p50, max"));
    for (Tally tally : tallies) {
      if (tally.outages.isEmpty()) {
        continue;
      }
      List<Duration> sorted = tally.sorted();
      lines.add(
          "%-34s %5d %7d %6d   %5d ms %5d ms"
              .formatted(
                  tally.fault.title(),
                  sorted.size(),
                  tally.served,
                  tally.lost.values().stream().mapToInt(Integer::intValue).sum(),
                  sorted.get(sorted.size() / 2).toMillis(),
                  sorted.getLast().toMillis()));
      tally.lost.forEach((words, count) -> lines.add("%8d × %s".formatted(count, words)));
      tally.wrong().forEach(what -> lines.add("    NOT AS PROMISED: " + what));
    }
    return lines;
  }
}
