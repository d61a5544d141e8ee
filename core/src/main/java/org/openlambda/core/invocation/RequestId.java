package org.openlambda.core.invocation;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Names one invocation, everywhere. Made by the door, never taken from a caller: it cannot collide
/// with, or pretend to be, another call. Unique but not secret.
///
/// It tells when it was made, so that what is kept of a call can be found without looking at
/// everything: the form is that of a UUID of version 4 (RFC 9562, section 5.4), as clients of AWS
/// expect it, with milliseconds since 1970 in its last 48 bits and 74 random bits before them. They
/// are the last, as people tell calls apart by the first digits.
///
/// @param text a UUID in lower case
public record RequestId(String text) {
  private static final long TIME = 0xFFFF_FFFF_FFFFL;

  /// A new one. Does not block.
  public static RequestId random() {
    return at(System.currentTimeMillis());
  }

  /// A new one of that moment.
  ///
  /// @param epochMillis since 1970
  public static RequestId at(long epochMillis) {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = 0x8000_0000_0000_0000L | (random.nextLong(1 << 14) << 48) | (epochMillis & TIME);
    return new RequestId(new UUID(high, low).toString());
  }

  /// When an id says that it was made, in milliseconds since 1970; of one that nobody here has made
  /// this means nothing.
  public static long madeMillis(UUID id) {
    return id.getLeastSignificantBits() & TIME;
  }

  @Override
  public String toString() {
    return text;
  }
}
