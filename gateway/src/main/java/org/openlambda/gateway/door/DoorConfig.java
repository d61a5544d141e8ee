package org.openlambda.gateway.door;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// Where the door is, and for whom.
///
/// @param address to listen on; port 0 lets the system choose
/// @param hosts names, without port, under which callers may reach it besides the loopback ones;
///   every other `Host` is refused, as a web page could have been rebound to us. [#ANY_HOST] is for
///   doors behind which everybody has to show a key
/// @param limits what one caller may take
/// @param tls if the door speaks it
public record DoorConfig(
    InetSocketAddress address, Set<String> hosts, DoorLimits limits, Optional<TlsFiles> tls) {
  /// Stands for all names.
  public static final String ANY_HOST = "*";

  public DoorConfig {
    hosts = Set.copyOf(hosts);
  }

  /// Without TLS.
  public DoorConfig(InetSocketAddress address, Set<String> hosts, DoorLimits limits) {
    this(address, hosts, limits, Optional.empty());
  }
}
