package org.openlambda.linux.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// A talk with the kernel about interfaces, addresses and routes: those of the network namespace
/// that the opening thread was in, wherever it goes afterwards (`rtnetlink(7)`).
///
/// *Threads*: one at a time. The kernel does one such request after another for the whole machine,
/// and takes down interfaces of dead namespaces under the same lock: a request takes 5 to 200 µs,
/// but 20 ms when many sandboxes have just died. Platform threads only.
///
/// Needs `CAP_NET_ADMIN` over the namespace.
public final class RouteSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_ROUTE = 0;
  private static final int NLMSG_ERROR = 2;

  /// Room for the start of a reply; the rest of a longer one is cut off.
  private static final int REPLY = 1024;

  private static final int IFF_UP = 1;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_NUM_TX_QUEUES = 31;
  private static final int IFLA_NUM_RX_QUEUES = 32;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int VETH_INFO_PEER = 1;

  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;
  private static final int NUD_PERMANENT = 0x80;

  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTPROT_BOOT = 3;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RTN_UNICAST = 1;
  private static final int RTNH_F_ONLINK = 4;

  private final Fd fd;

  private RouteSocket(Fd fd) {
    this.fd = fd;
  }

  /// Opens one for the calling thread's network namespace.
  public static RouteSocket open() {
    try (Calls calls = Calls.confined()) {
      long number =
          calls.call(
              Syscall.SOCKET, "NETLINK_ROUTE", AF_NETLINK, SOCK_RAW | Calls.CLOEXEC, NETLINK_ROUTE);
      return new RouteSocket(Fd.of((int) number));
    }
  }

  /// Makes a cable whose near end is in this namespace and up, and whose far end is in another and
  /// still down; one queue each (`IFLA_INFO_KIND` veth).
  ///
  /// @param farNamespace stays the caller's
  /// @param mtu most bytes in a packet, on both ends
  /// @return false if there is an interface of one of the names already
  /// @throws LinuxException if the kernel refuses for another reason
  public boolean createPair(VethEnd near, VethEnd far, Fd farNamespace, int mtu) {
    RouteMessage message =
        RouteMessage.order(RouteMessage.NEWLINK, RouteMessage.CREATE | RouteMessage.EXCLUSIVE);
    putEnd(message, near, IFF_UP, mtu);
    int info = message.begin(IFLA_LINKINFO);
    message.with(IFLA_INFO_KIND, "veth");
    int data = message.begin(IFLA_INFO_DATA);
    int peer = message.begin(VETH_INFO_PEER);
    putEnd(message, far, 0, mtu);
    message.with(IFLA_NET_NS_FD, farNamespace.number());
    message.end(peer).end(data).end(info);
    int error = perform(message);
    if (error != 0 && error != Errno.EEXIST) {
      throw new LinuxException(
          "RTM_NEWLINK veth %s with %s, mtu %d".formatted(near.name(), far.name(), mtu), error);
    }
    return error == 0;
  }

  /// The number of an interface (`RTM_GETLINK`).
  ///
  /// @throws LinuxException with `ENODEV` if there is none of this name
  public int index(String name) {
    RouteMessage message = RouteMessage.question(RouteMessage.GETLINK);
    putLink(message, 0, 0);
    message.with(IFLA_IFNAME, name);
    try (Calls calls = Calls.confined()) {
      MemorySegment reply = exchange(calls, message);
      if (reply.get(JAVA_SHORT, 4) != RouteMessage.NEWLINK) {
        throw new LinuxException("RTM_GETLINK " + name, error(reply));
      }
      return reply.get(JAVA_INT, RouteMessage.HEADER + 4);
    }
  }

  /// Switches an interface on (`RTM_NEWLINK` with `IFF_UP`).
  public void up(int index) {
    RouteMessage message = RouteMessage.order(RouteMessage.NEWLINK, 0);
    putLink(message, index, IFF_UP);
    int error = perform(message);
    if (error != 0) {
      throw new LinuxException("RTM_NEWLINK up of interface " + index, error);
    }
  }

  /// Gives an interface an address that has no network around it (`RTM_NEWADDR`, /32).
  public void addAddress(int index, Inet4Address address) {
    // struct ifaddrmsg: family, prefix length, flags, scope (u8 each); index (u32)
    RouteMessage message =
        RouteMessage.order(RouteMessage.NEWADDR, RouteMessage.CREATE | RouteMessage.EXCLUSIVE)
            .u8(AF_INET)
            .u8(Integer.SIZE)
            .u8(0)
            .u8(RT_SCOPE_UNIVERSE)
            .u32(index)
            .with(IFA_LOCAL, address)
            .with(IFA_ADDRESS, address);
    check(message, "RTM_NEWADDR %s to interface %d", address.getHostAddress(), index);
  }

  /// Tells the hardware address of a neighbour, so that nobody has to ask for it (`RTM_NEWNEIGH`,
  /// permanent; not counted in `gc_thresh3`).
  public void addNeighbour(int index, Inet4Address address, MacAddress mac) {
    // struct ndmsg: family (u8), pad (u8, u16); index (u32); state (u16); flags, type (u8 each)
    RouteMessage message =
        RouteMessage.order(RouteMessage.NEWNEIGH, RouteMessage.CREATE)
            .u8(AF_INET)
            .u8(0)
            .u16(0)
            .u32(index)
            .u16(NUD_PERMANENT)
            .u8(0)
            .u8(RTN_UNICAST)
            .with(NDA_DST, address)
            .with(NDA_LLADDR, mac.bytes());
    check(message, "RTM_NEWNEIGH %s on interface %d", address.getHostAddress(), index);
  }

  /// Sends what is for one address out of an interface, with no gateway (`RTM_NEWROUTE`, main
  /// table). Before a route to the same address that exists already.
  public void addHostRoute(int index, Inet4Address destination) {
    RouteMessage message = route(Integer.SIZE, RT_SCOPE_LINK, 0);
    message.with(RTA_DST, destination).with(RTA_OIF, index);
    check(message, "RTM_NEWROUTE %s by interface %d", destination.getHostAddress(), index);
  }

  /// Sends all else to a gateway that is at the other end of an interface, whether or not its
  /// address is in a network of ours (`RTM_NEWROUTE` with `RTNH_F_ONLINK`, main table).
  ///
  /// @throws LinuxException with `ENETDOWN` if the interface is not up
  public void addDefaultRoute(int index, Inet4Address gateway) {
    RouteMessage message = route(0, RT_SCOPE_UNIVERSE, RTNH_F_ONLINK);
    message.with(RTA_GATEWAY, gateway).with(RTA_OIF, index);
    check(message, "RTM_NEWROUTE default by %s, interface %d", gateway.getHostAddress(), index);
  }

  @Override
  public void close() {
    fd.close();
  }

  private static void putEnd(RouteMessage message, VethEnd end, int flags, int mtu) {
    putLink(message, 0, flags);
    message
        .with(IFLA_IFNAME, end.name())
        .with(IFLA_ADDRESS, end.address().bytes())
        .with(IFLA_MTU, mtu)
        .with(IFLA_NUM_TX_QUEUES, 1)
        .with(IFLA_NUM_RX_QUEUES, 1);
  }

  /// struct ifinfomsg: family, pad (u8 each), type (u16); index, flags, change mask (u32 each).
  private static void putLink(RouteMessage message, int index, int flags) {
    message.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(flags);
  }

  /// struct rtmsg: family, length of destination and source, tos, table, protocol, scope, type (u8
  /// each); flags (u32).
  private static RouteMessage route(int prefixLength, int scope, int flags) {
    return RouteMessage.order(RouteMessage.NEWROUTE, RouteMessage.CREATE)
        .u8(AF_INET)
        .u8(prefixLength)
        .u8(0)
        .u8(0)
        .u8(RT_TABLE_MAIN)
        .u8(RTPROT_BOOT)
        .u8(scope)
        .u8(RTN_UNICAST)
        .u32(flags);
  }

  private void check(RouteMessage message, String operation, String address, int index) {
    int error = perform(message);
    if (error != 0) {
      throw new LinuxException(operation.formatted(address, index), error);
    }
  }

  /// The kernel's error number, 0 if it is done.
  private int perform(RouteMessage message) {
    try (Calls calls = Calls.confined()) {
      return error(exchange(calls, message));
    }
  }

  /// The kernel answers before `write` returns, so the read never waits.
  private MemorySegment exchange(Calls calls, RouteMessage message) {
    byte[] request = message.bytes();
    MemorySegment out = calls.bytes(request.length);
    MemorySegment.copy(request, 0, out, JAVA_BYTE, 0, request.length);
    MemorySegment in = calls.bytes(REPLY);
    calls.call(Syscall.WRITE, "rtnetlink", fd.number(), out.address(), request.length);
    long count = calls.call(Syscall.READ, "rtnetlink", fd.number(), in.address(), REPLY);
    if (count < RouteMessage.HEADER + Integer.BYTES) {
      throw new IllegalStateException("rtnetlink answered with " + count + " bytes");
    }
    return in;
  }

  /// struct nlmsgerr: the negative error number (i32), the request's header.
  private static int error(MemorySegment reply) {
    int type = reply.get(JAVA_SHORT, 4);
    if (type != NLMSG_ERROR) {
      throw new IllegalStateException("rtnetlink answered with a message of type " + type);
    }
    return -reply.get(JAVA_INT, RouteMessage.HEADER);
  }
}
