package org.openlambda.gateway.limit;

import java.time.Duration;
import org.openlambda.gateway.limit.Room.Bounds;
import org.openlambda.gateway.limit.Room.Share;

/// How much of what callers send, and are answered, may be in memory at once. All but `large` is in
/// KiB.
///
/// @param large requests of more than 6 MiB, each of which is there up to four times while it is
///   read; the key is that of who claims to have signed it
/// @param claimed all other bodies of which it is not known yet who has sent them; the key is the
///   same. Each that waits has the 256 KiB that the door takes ahead; what is small enough to
///   arrive with its head does not count
/// @param arriving bodies at function URLs; the key is the URL
/// @param held events that wait or run, of each function, and other signed bodies until they are
///   answered, of each account. Those of less than 1 KiB do not count, and none waits to be counted
/// @param answers that are given whole, and of more than 64 KiB, of each function
public record BodyRooms(Share large, Share claimed, Share arriving, Share held, Share answers) {
  private static final int MEBI = 1024;

  /// Made for the 1.5 GiB of heap that `ol up` has.
  public static final BodyRooms DEFAULT =
      new BodyRooms(
          new Share(new Bounds(2, 64), new Bounds(1, 16), Duration.ofSeconds(30)),
          new Share(new Bounds(128 * MEBI, 256), new Bounds(32 * MEBI, 64), Duration.ofSeconds(10)),
          new Share(new Bounds(128 * MEBI, 256), new Bounds(48 * MEBI, 64), Duration.ofSeconds(10)),
          new Share(new Bounds(384 * MEBI, 0), new Bounds(128 * MEBI, 0), Duration.ZERO),
          new Share(
              new Bounds(128 * MEBI, 256), new Bounds(48 * MEBI, 64), Duration.ofSeconds(10)));
}
