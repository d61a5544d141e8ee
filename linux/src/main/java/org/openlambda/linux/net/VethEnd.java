package org.openlambda.linux.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

/// One end of a virtual cable (`veth(4)`).
///
/// @param name of the interface, 1 to [#LONGEST_NAME] characters of ASCII, unique in its namespace
/// @param address its hardware address; the other end may be told in advance
public record VethEnd(String name, MacAddress address) {
  /// `IFNAMSIZ` without the zero at the end.
  public static final int LONGEST_NAME = 15;

  public VethEnd {
    if (name.isEmpty() || name.length() > LONGEST_NAME || !US_ASCII.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(
          "the name of an interface has 1 to %d characters of ASCII, not '%s'"
              .formatted(LONGEST_NAME, name));
    }
  }
}
