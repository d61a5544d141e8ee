package org.openlambda.worker.network;

import java.net.Inet4Address;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.net.MacAddress;
import org.openlambda.linux.net.NetworkNamespace;
import org.openlambda.linux.net.RouteSocket;
import org.openlambda.linux.net.VethEnd;
import org.openlambda.linux.process.PidFd;

/// Veth pairs between sandboxes and the host, each with an address that no other living sandbox
/// has.
///
/// The kernel itself keeps the account of addresses: the interface of the n-th has n in its name,
/// and lives as long as the sandbox's namespace. A name that is taken means an address in use; the
/// next one is tried. So no address can leak, and one just freed is the last to be tried again.
///
/// Both ends are told each other's hardware address: nobody asks, so nobody can give a false
/// answer, and the host needs no address on its end. Every cable is a network of its own, so all
/// can have the same two.
final class Cables {
  private static final MacAddress HOST_END = new MacAddress(0x02_00_00_00_00_01L);
  private static final VethEnd SANDBOX_END =
      new VethEnd("eth0", new MacAddress(0x02_00_00_00_00_02L));

  private final String prefix;
  private final AddressRange addresses;
  private final AtomicInteger next = new AtomicInteger();

  /// @param prefix how the names on the host begin; at most 11 characters
  Cables(String prefix, AddressRange addresses) {
    this.prefix = prefix;
    this.addresses = addresses;
  }

  /// Connects a sandbox. The calling thread stays in the sandbox's network namespace for ever: it
  /// has to be a platform thread that ends after this. About 0.7 ms.
  ///
  /// @throws LinuxException if the kernel refuses, such as `ESRCH` when the sandbox is gone
  /// @throws NoNetwork if every address is in use
  void plugIn(PidFd sandbox, int mtu) {
    try (RouteSocket host = RouteSocket.open();
        Fd home = NetworkNamespace.current()) {
      NetworkNamespace.enter(sandbox);
      try (RouteSocket inside = RouteSocket.open()) {
        int number = makePair(inside, home, mtu);
        Inet4Address address = addresses.address(number);

        int hostEnd = host.index(name(number));
        host.up(hostEnd);
        host.addNeighbour(hostEnd, address, SANDBOX_END.address());
        host.addHostRoute(hostEnd, address);

        int sandboxEnd = inside.index(SANDBOX_END.name());
        inside.addAddress(sandboxEnd, address);
        inside.addNeighbour(sandboxEnd, AddressRange.GATEWAY, HOST_END);
        inside.addDefaultRoute(sandboxEnd, AddressRange.GATEWAY);
      }
    }
  }

  /// @return the number of its address
  private int makePair(RouteSocket inside, Fd home, int mtu) {
    for (int tries = 0; tries < AddressRange.SIZE; tries++) {
      int number = Math.floorMod(next.getAndIncrement(), AddressRange.SIZE);
      var hostEnd = new VethEnd(name(number), HOST_END);
      if (inside.createPair(SANDBOX_END, hostEnd, home, mtu)) {
        return number;
      }
    }
    throw new NoNetwork(
        "all %d addresses of %s are in use: evict instances, or run another worker"
            .formatted(AddressRange.SIZE, addresses));
  }

  private String name(int number) {
    return prefix + "%04x".formatted(number);
  }
}
