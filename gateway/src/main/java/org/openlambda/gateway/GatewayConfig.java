package org.openlambda.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.gateway.limit.BodyRooms;

/// How the gateway is set up.
///
/// @param door where it listens, and for whom
/// @param largestBody of a call
/// @param largestBundle that can be uploaded
/// @param rooms for what accounts send
public record GatewayConfig(
    DoorConfig door, Bytes largestBody, Bytes largestBundle, BodyRooms rooms) {
  /// With the usual rooms.
  public GatewayConfig(DoorConfig door, Bytes largestBody, Bytes largestBundle) {
    this(door, largestBody, largestBundle, BodyRooms.DEFAULT);
  }

  /// Loopback only, bodies of 6 MiB, bundles of 250 MiB.
  ///
  /// @param port 0 lets the system choose
  public static GatewayConfig onLoopback(int port) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new GatewayConfig(
        new DoorConfig(address, Set.of(), DoorLimits.DEFAULT), Bytes.mebi(6), Bytes.mebi(250));
  }
}
