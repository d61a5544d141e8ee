package org.openlambda.gateway.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;

/// The lines that the platform adds to a function's log (AWS Lambda, "Understanding the log
/// format"): tools read what a call used from them.
final class Report {
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final long NANOS_OF_SECOND = 1_000_000_000;
  private static final long BYTES_OF_MEBI = 1 << 20;

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
    var line = new StringBuilder(192);
    line.append("REPORT RequestId: ").append(id.text());
    line.append("\tDuration: ");
    hundredths(usage.wall().toNanos(), NANOS_OF_MILLI, line);
    line.append(" ms\tBilled Duration: ");
    line.append(Math.ceilDiv(usage.billed().toNanos(), NANOS_OF_MILLI));
    line.append(" ms\tMemory Size: ").append(usage.memory().inMebi());
    line.append(" MB\tMax Memory Used: ");
    line.append(Math.ceilDiv(usage.peakMemory().count(), BYTES_OF_MEBI)).append(" MB\t");
    Duration init = usage.phases().init();
    if (!init.isZero()) {
      line.append("Init Duration: ");
      hundredths(init.toNanos(), NANOS_OF_MILLI, line);
      line.append(" ms\t");
    }
    return line.toString();
  }

  /// `3.00`.
  static String seconds(Duration time) {
    var text = new StringBuilder();
    hundredths(time.toNanos(), NANOS_OF_SECOND, text);
    return text.toString();
  }

  /// Two decimals, rounded half up. By hand: there is a line of this for every call, and a
  /// formatter takes some microseconds.
  private static void hundredths(long nanos, long unit, StringBuilder out) {
    long hundredths = (nanos + unit / 200) / (unit / 100);
    long rest = hundredths % 100;
    out.append(hundredths / 100).append(rest < 10 ? ".0" : ".").append(rest);
  }
}
