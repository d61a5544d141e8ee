package org.openlambda.linux.net;

/// A hardware address of Ethernet.
///
/// @param bits its 6 bytes, the first one highest
public record MacAddress(long bits) {
  static final int BYTES = 6;

  public MacAddress {
    if (bits >>> (8 * BYTES) != 0 || (bits >>> 40 & 1) != 0) {
      throw new IllegalArgumentException(
          "not the address of one interface: %012x has more than 6 bytes or is a group's"
              .formatted(bits));
    }
  }

  byte[] bytes() {
    var bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (bits >>> (8 * (BYTES - 1 - i)));
    }
    return bytes;
  }

  /// As people write it: `02:00:00:00:00:01`.
  @Override
  public String toString() {
    return "%012x".formatted(bits).replaceAll("(..)(?!$)", "$1:");
  }
}
