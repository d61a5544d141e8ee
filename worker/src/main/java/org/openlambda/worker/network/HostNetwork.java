package org.openlambda.worker.network;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.system.Kernel;

/// What the machine has to reach the world.
///
/// @param uplinks names of the interfaces that default routes use, at least one
/// @param mtu the smallest of theirs, in bytes
record HostNetwork(SortedSet<String> uplinks, int mtu) {
  private static final String FORWARDING = "/proc/sys/net/ipv4/ip_forward";
  private static final String ROUTES = "/proc/net/route";
  private static final int ETHERNET_MTU = 1500;

  /// Columns of [#ROUTES], numbers in hexadecimal.
  private static final int INTERFACE = 0;

  private static final int DESTINATION = 1;
  private static final int FLAGS = 3;
  private static final int MASK = 7;

  /// RTF_UP and RTF_REJECT of `linux/route.h`.
  private static final int UP = 1;

  private static final int REJECT = 0x200;

  HostNetwork {
    uplinks = new TreeSet<>(uplinks);
  }

  /// Looks at the machine. Under 1 ms.
  ///
  /// @throws NoNetwork if it has no default route
  static HostNetwork look() {
    SortedSet<String> uplinks = uplinks(KernelFile.read(ROUTES));
    if (uplinks.isEmpty()) {
      throw new NoNetwork(
          "this machine has no default route for IPv4: connect it to a network, see 'ip route'");
    }
    return new HostNetwork(
        uplinks, uplinks.stream().mapToInt(HostNetwork::mtu).min().orElse(ETHERNET_MTU));
  }

  /// About 10 µs.
  ///
  /// @throws NoNetwork if this process may not connect anything to the machine's network, or the
  ///   machine passes no packets from one interface to another
  static void checkForwarding() {
    if (!Kernel.ownsItsNetwork()) {
      throw new NoNetwork(
          "an ordinary user may not connect anything to this machine's network; start ol with"
              + " sudo for that");
    }
    if (KernelFile.read(FORWARDING).strip().equals("0")) {
      throw new NoNetwork(
          "this machine does not forward packets; if sandboxes may use its network, switch that on"
              + " with 'sysctl -w net.ipv4.ip_forward=1', and in /etc/sysctl.d to keep it");
    }
  }

  /// The interfaces of default routes that are in use.
  static SortedSet<String> uplinks(String routes) {
    var found = new TreeSet<String>();
    for (String line : routes.lines().skip(1).toList()) {
      String[] column = line.strip().split("\\s+");
      if (column.length > MASK
          && isZero(column[DESTINATION])
          && isZero(column[MASK])
          && (Integer.parseInt(column[FLAGS], 16) & (UP | REJECT)) == UP) {
        found.add(column[INTERFACE]);
      }
    }
    return found;
  }

  private static boolean isZero(String hex) {
    return Arrays.stream(hex.split("")).allMatch("0"::equals);
  }

  private static int mtu(String name) {
    try {
      NetworkInterface card = NetworkInterface.getByName(name);
      return card == null ? ETHERNET_MTU : card.getMTU();
    } catch (IOException e) {
      return ETHERNET_MTU; // it has gone meanwhile; larger packets are answered with a smaller size
    }
  }
}
