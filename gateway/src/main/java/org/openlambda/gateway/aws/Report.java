package org.openlambda.gateway.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;

/// The lines that the platform adds to a function's log (AWS Lambda, "Understanding the log
/// format"): tools read what a call used from them.
final class Report {
  private Report() {}

  static String start(RequestId id, Version version) {
    return "START RequestId: " + id + " Version: " + version.number();
  }

  /// What follows the handler's own lines.
  static List<String> end(RequestId id, Outcome.Ran outcome) {
    var lines = new ArrayList<String>();
    lines.add("END RequestId: " + id);
    lines.add(report(id, outcome.usage()));
    if (outcome instanceof Outcome.TimedOut late) {
      lines.add(
          "RequestId: %s Task timed out after %s seconds".formatted(id, seconds(late.limit())));
    }
    return lines;
  }

  private static String report(RequestId id, Usage usage) {
    Duration init = usage.phases().init();
    String first = init.isZero() ? "" : "Init Duration: %s ms\t".formatted(millis(init));
    return ("REPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %d ms\tMemory Size: %d MB"
            + "\tMax Memory Used: %d MB\t%s")
        .formatted(
            id,
            millis(usage.wall()),
            (usage.billed().toNanos() + 999_999) / 1_000_000,
            usage.memory().inMebi(),
            (usage.peakMemory().count() + (1 << 20) - 1) >> 20,
            first);
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e6);
  }

  /// `3.00`.
  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e9);
  }
}
