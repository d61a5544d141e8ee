package org.openlambda.worker.instance;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import org.openlambda.core.function.Version;

/// The name of the stream that an instance's lines go to, as AWS Lambda gives it:
/// `2026/01/31/[7]0123456789abcdef0123456789abcdef`.
final class LogStream {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);

  private LogStream() {}

  /// One that no other instance has.
  static String of(Version version, Instant made) {
    var random = ThreadLocalRandom.current();
    return "%s/[%s]%016x%016x"
        .formatted(DAY.format(made), version.number(), random.nextLong(), random.nextLong());
  }
}
