package org.openlambda.gateway.door;

import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// What callers may take of the door.
///
/// @param connections open at the same time; more are told 503 and closed
/// @param head of a request, all its header fields together; more is 431
/// @param headTimeout from a head's first bytes to its end
/// @param idleTimeout how long a connection may be silent between requests, within a body, or while
///   it does not take what it asked for
public record DoorLimits(int connections, Bytes head, Duration headTimeout, Duration idleTimeout) {
  /// 10,000 connections, heads of 32 KiB within 10 s, 60 s of silence.
  public static final DoorLimits DEFAULT =
      new DoorLimits(10_000, Bytes.kibi(32), Duration.ofSeconds(10), Duration.ofSeconds(60));

  public DoorLimits {
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be at least 1, not " + connections);
    }
    if (head.count() < 1024 || head.count() > 1 << 20) {
      throw new IllegalArgumentException("a head's limit is 1 KiB to 1 MiB, not " + head);
    }
    if (!headTimeout.isPositive() || !idleTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts must be longer than zero, not " + headTimeout + " and " + idleTimeout);
    }
  }
}
