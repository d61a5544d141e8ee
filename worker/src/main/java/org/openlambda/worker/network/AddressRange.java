package org.openlambda.worker.network;

import java.net.Inet4Address;

/// The addresses of one worker's sandboxes: 16,384 in 100.80.0.0/12, a part of the space that RFC
/// 6598 keeps for machinery between a provider and the public net. Workers of one machine have
/// different numbers, so no two of them share an address.
///
/// @param number 0 to 63
public record AddressRange(int number) {
  /// How many addresses, so how many sandboxes of a worker can have a cable at once.
  public static final int SIZE = 16_384;

  /// What every sandbox takes for its gateway; no interface has this address.
  static final Inet4Address GATEWAY = Inet4Address.ofLiteral("100.64.0.1");

  private static final int PREFIX_LENGTH = 18;
  private static final int RANGES = 64;
  private static final int FIRST = 100 << 24 | 80 << 16;

  public AddressRange {
    if (number < 0 || number >= RANGES) {
      throw new IllegalArgumentException(
          "there are %d ranges of addresses, none is number %d".formatted(RANGES, number));
    }
  }

  /// @param index 0 to [#SIZE] - 1
  Inet4Address address(int index) {
    if (index < 0 || index >= SIZE) {
      throw new IllegalArgumentException("no address " + index + " of " + SIZE);
    }
    int bits = FIRST + number * SIZE + index;
    return Inet4Address.ofLiteral(
        "%d.%d.%d.%d".formatted(bits >>> 24, bits >>> 16 & 255, bits >>> 8 & 255, bits & 255));
  }

  /// All of them, as networks are written: `100.80.64.0/18`.
  @Override
  public String toString() {
    return address(0).getHostAddress() + "/" + PREFIX_LENGTH;
  }
}
