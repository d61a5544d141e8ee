package org.openlambda.core.units;

/// An amount of memory or data, in bytes, never negative.
///
/// @param count the number of bytes, 0 or more
public record Bytes(long count) implements Comparable<Bytes> {
  public static final Bytes ZERO = new Bytes(0);

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("an amount of bytes cannot be negative: " + count);
    }
  }

  /// `count` units of 1024 bytes.
  public static Bytes kibi(long count) {
    return new Bytes(Math.multiplyExact(count, 1024L));
  }

  /// `count` units of 1024 × 1024 bytes.
  public static Bytes mebi(long count) {
    return new Bytes(Math.multiplyExact(count, 1024L * 1024L));
  }

  /// This amount in units of 1024 × 1024 bytes, rounded up.
  public long inMebi() {
    return Math.ceilDiv(count, 1024L * 1024L);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /// For people: `128 MiB`, `1.5 KiB`, `17 bytes`.
  @Override
  public String toString() {
    if (count < 1024) {
      return count + " bytes";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double amount = count / 1024.0;
    int unit = 0;
    while (amount >= 1024 && unit < units.length - 1) {
      amount /= 1024;
      unit++;
    }
    String text = String.format(java.util.Locale.ROOT, "%.1f", amount);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " " + units[unit];
  }
}
