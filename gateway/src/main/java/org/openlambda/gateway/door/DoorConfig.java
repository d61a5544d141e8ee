package org.openlambda.gateway.door;

import java.net.InetSocketAddress;
import java.util.Set;

/// Where the door is, and for whom.
///
/// @param address to listen on; port 0 lets the system choose
/// @param hosts names, without port, under which callers may reach it besides the loopback ones;
///   every other `Host` is refused, as a web page could have been rebound to us
/// @param limits what one caller may take
public record DoorConfig(InetSocketAddress address, Set<String> hosts, DoorLimits limits) {
  public DoorConfig {
    hosts = Set.copyOf(hosts);
  }
}
