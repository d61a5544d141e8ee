"""The host's network, the neighbours' and the kernel's."""

import errno
import fcntl
import os
import socket
import struct

from attempts import Attempts

SIOCSIFADDR, SIOCSIFFLAGS, SIOCGIFFLAGS, SIOCETHTOOL = 0x8916, 0x8914, 0x8913, 0x8946
ALLOWED = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK}


def unreachable():
    return Attempts(
        errno.ECONNREFUSED,
        errno.ENETUNREACH,
        errno.EADDRNOTAVAIL,
        errno.EHOSTUNREACH,
        errno.ENOENT,
    )


def host_ports(event):
    """The bystander's port, and common ones, on every name of the host there is."""
    tried = unreachable()
    for port in (event["port"], 22, 80, 5000, 5432):
        for address in ("127.0.0.1", "127.0.0.53", "0.0.0.0", "192.0.2.1", "169.254.169.254"):
            tried.attempt(f"{address}:{port}", lambda: connect(socket.AF_INET, (address, port)))
        for address in ("::1", "::ffff:127.0.0.1", "2001:db8::1"):
            tried.attempt(f"{address}:{port}", lambda: connect(socket.AF_INET6, (address, port)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        address = ("192.0.2.1", event["port"])
        tried.attempt("udp", lambda: udp.sendto(b"x", address))
        # On loopback a datagram is always taken; the bystander is asked whether it got one.
        udp.sendto(b"x", ("127.0.0.1", event["port"]))
    return tried.result()


def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        probe.connect(address)
        return f"connected to {address}"


def host_sockets(event):
    """Unix sockets of the host, by abstract name and by path."""
    tried = unreachable()
    names = ["\0" + event["abstract"], "\0/tmp/dbus-x", "\0/org/kernel/udev/udevd"]
    names += ["/run/systemd/private", "/run/dbus/system_bus_socket", "/var/run/docker.sock"]
    for name in names + event.get("sockets", []):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            tried.attempt(f"{name!r} {kind}", lambda: connect_unix(name, kind))
    return tried.result()


def connect_unix(name, kind):
    with socket.socket(socket.AF_UNIX, kind) as probe:
        probe.connect(name)
        return "connected"


def families(event):
    """Every family, type and protocol that Linux has; few are for a handler."""
    tried = Attempts(errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.EINVAL)
    for family in range(1, 50):
        if family not in ALLOWED:
            for kind in (1, 2, 3, 5):
                tried.attempt(f"family {family} {kind}", lambda: opened(family, kind, 0))
                tried.attempt(f"pair {family} {kind}", lambda: socket.socketpair(family, kind))
    for protocol in range(1, 23):  # all of netlink but NETLINK_ROUTE
        tried.attempt(f"netlink {protocol}", lambda: opened(socket.AF_NETLINK, 3, protocol))
    for protocol in (2, 4, 33, 47, 50, 115, 132, 136, 255, 262):
        for kind in (1, 2, 3, 5, 6):
            tried.attempt(f"inet {kind} {protocol}", lambda: opened(socket.AF_INET, kind, protocol))
    return tried.result()


def opened(family, kind, protocol):
    with socket.socket(family, kind, protocol):
        return "opened"


def raw(event):
    """Packets as they come: needs CAP_NET_RAW, where the filter lets a protocol through."""
    tried = Attempts(errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT, errno.ESOCKTNOSUPPORT)
    for protocol in (0, 1, 6, 17, 58, 255):
        tried.attempt(f"raw {protocol}", lambda: opened(socket.AF_INET, socket.SOCK_RAW, protocol))
        tried.attempt(f"raw6 {protocol}", lambda: opened(socket.AF_INET6, socket.SOCK_RAW, protocol))
    tried.attempt("packet", lambda: opened(socket.AF_PACKET, socket.SOCK_RAW, 0x300))
    return tried.result()


def reconfigure(event):
    """Addresses, interfaces, rules of the own network: needs CAP_NET_ADMIN in it."""
    tried = Attempts()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        address = struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, bytes([10, 9, 8, 7]))
        tried.attempt("address", lambda: fcntl.ioctl(any_socket, SIOCSIFADDR, address))
        down = struct.pack("16sH14x", b"lo", 0)
        tried.attempt("lo down", lambda: fcntl.ioctl(any_socket, SIOCSIFFLAGS, down))
        tried.attempt("mark", lambda: any_socket.setsockopt(1, 36, 1) or "set")  # SO_MARK
    tried.attempt("new interface", lambda: new_interface())
    return tried.result()


def new_interface():
    """RTM_NEWLINK of a dummy interface by rtnetlink(7); returns None if the kernel refuses."""
    kind = struct.pack("=HH6sxx", 10, 1, b"dummy\0")
    attribute = struct.pack("=HH", 4 + len(kind), 18) + kind
    body = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + attribute
    message = struct.pack("=IHHII", 16 + len(body), 16, 0x605, 1, 0) + body
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.send(message)
        error = struct.unpack_from("=i", netlink.recv(4096), 16)[0]
    if error:
        raise OSError(-error, os.strerror(-error))
    return "made"
