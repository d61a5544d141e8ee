package org.openlambda.gateway.router;

import java.time.Duration;
import java.util.List;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.Usage;

/// What an invocation took and is billed, as header fields (or trailers).
final class Figures {
  /// The names of the fields, for `Trailer`.
  static final String NAMES = "server-timing, x-ol-billed-ms, x-ol-memory-mb, x-ol-cost-gbs";

  private Figures() {}

  /// `server-timing` (W3C, durations in milliseconds), `x-ol-billed-ms`, `x-ol-memory-mb` and
  /// `x-ol-cost-gbs` (GB-seconds).
  static List<Header> of(Usage usage) {
    return List.of(
        new Header("server-timing", timing(usage.phases())),
        new Header("x-ol-billed-ms", millis(usage.billed())),
        new Header("x-ol-memory-mb", Long.toString(usage.memory().inMebi())),
        new Header("x-ol-cost-gbs", cost(usage)));
  }

  private static String timing(Phases phases) {
    var text = new StringBuilder(80);
    append(text.append("queue;dur="), phases.queue().toNanos() / 1000, 3);
    if (phases.specialise().isPositive()) {
      append(text.append(", cold;dur="), phases.specialise().toNanos() / 1000, 3);
    }
    if (phases.init().isPositive()) {
      append(text.append(", init;dur="), phases.init().toNanos() / 1000, 3);
    }
    append(text.append(", handler;dur="), phases.handler().toNanos() / 1000, 3);
    return text.toString();
  }

  private static String millis(Duration duration) {
    var text = new StringBuilder(12);
    append(text, Math.ceilDiv(duration.toNanos(), 1000L), 3);
    return text.toString();
  }

  private static String cost(Usage usage) {
    var text = new StringBuilder(16);
    append(text, Math.round(usage.gigabyteSeconds() * 1e9), 9);
    return text.toString();
  }

  /// Appends `units` with its last `decimals` digits behind a point: `append(text, 1234, 3)` is
  /// `1.234`.
  private static void append(StringBuilder text, long units, int decimals) {
    long scale = 1;
    for (int i = 0; i < decimals; i++) {
      scale *= 10;
    }
    long shown = Math.max(0, units);
    text.append(shown / scale).append('.');
    long fraction = shown % scale;
    for (long digit = scale / 10; digit > 0; digit /= 10) {
      text.append((char) ('0' + fraction / digit % 10));
    }
  }
}
