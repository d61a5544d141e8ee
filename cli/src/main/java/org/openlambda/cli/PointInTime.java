package org.openlambda.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A point in the past as people type it: `5m` ago, or `2026-01-31T12:00:00Z`.
final class PointInTime {
  private static final Pattern AGO = Pattern.compile("(\\d{1,9})(s|m|h|d)");

  private PointInTime() {}

  /// @throws IllegalArgumentException if it is neither, in one sentence
  static Instant parse(String typed, Clock clock) {
    Matcher ago = AGO.matcher(typed);
    if (ago.matches()) {
      return clock.instant().minus(duration(Long.parseLong(ago.group(1)), ago.group(2)));
    }
    try {
      return OffsetDateTime.parse(typed).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'%s' is no point in time: use 30s, 5m, 2h, 1d or 2026-01-31T12:00:00Z".formatted(typed),
          e);
    }
  }

  private static Duration duration(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
