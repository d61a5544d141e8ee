package org.openlambda.control.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.units.Bytes;

/// Amounts as people write them. What cannot be read is an [IllegalArgumentException] whose message
/// says why.
final class Quantity {
  /// How memory may be written.
  static final String MEMORY = "a number of MB, or a text like '256MB' or '1GB'";

  /// How time may be written.
  static final String TIME = "a number of seconds, or a text like '500ms', '30s' or '2m'";

  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) ?([A-Za-z]*)");

  /// As AWS Lambda counts: a MB has 2^20 bytes.
  private static final Map<String, Long> BYTES =
      Map.of(
          "", 1L << 20, "kb", 1L << 10, "kib", 1L << 10, "mb", 1L << 20, "mib", 1L << 20, "gb",
          1L << 30, "gib", 1L << 30);

  private static final Map<String, Long> MICROS =
      Map.of("", 1_000_000L, "ms", 1_000L, "s", 1_000_000L, "m", 60_000_000L, "h", 3_600_000_000L);

  private Quantity() {}

  static Bytes memory(String text) {
    return new Bytes(read(text, BYTES));
  }

  static Duration time(String text) {
    return Duration.of(read(text, MICROS), ChronoUnit.MICROS);
  }

  private static long read(String text, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("no amount with a unit that is known here");
    }
    try {
      return new BigDecimal(matcher.group(1))
          .multiply(BigDecimal.valueOf(unit))
          .toBigInteger()
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("too large", e);
    }
  }
}
