package org.openlambda.core.invocation;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Names one invocation, everywhere. Made by the door, never taken from a caller: it cannot collide
/// with, or pretend to be, another call. Unique but not secret.
///
/// @param text a UUID in lower case
public record RequestId(String text) {
  /// A new one. Does not block.
  public static RequestId random() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new RequestId(new UUID(high, low).toString());
  }

  @Override
  public String toString() {
    return text;
  }
}
