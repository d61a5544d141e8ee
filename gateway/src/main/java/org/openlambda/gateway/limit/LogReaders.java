package org.openlambda.gateway.limit;

import java.time.Duration;
import java.util.Optional;
import org.openlambda.core.function.Account;

/// Who reads what functions have printed: one answer may read 64 MiB of the disk and hold 8 Mi
/// characters until its reader has taken them. So eight are made at once, two of them for one
/// account; the next waits 5 s, then its reader has to come again. Safe for any thread; blocks.
public final class LogReaders {
  static final int MOST = 8;
  static final int MOST_OF_ONE = 2;

  /// After which it is worth coming again.
  public static final Duration RETRY = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Room room;

  public LogReaders() {
    this(PATIENCE);
  }

  /// @param patience how long a reader waits
  LogReaders(Duration patience) {
    room =
        new Room(
            new Room.Share(new Room.Bounds(MOST, 64), new Room.Bounds(MOST_OF_ONE, 16), patience));
  }

  /// Waits until logs of an account may be read.
  ///
  /// @return held until what was read has been sent; empty if too many read already
  public Optional<Room.Place> enter(Account account) {
    return room.enter(account.text(), 1);
  }
}
