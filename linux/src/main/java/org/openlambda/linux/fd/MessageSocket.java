package org.openlambda.linux.fd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// A Unix SEQPACKET socket: messages with descriptors in them (`unix(7)`, `SCM_RIGHTS`).
///
/// *Threads*: any, also several at once; a message is never mixed with another. Both directions may
/// wait, for a message or for space: platform threads only.
///
/// *Cost*: 3 to 4 µs a message.
///
///     msghdr  0 name  8 namelen  16 iov  24 iovlen  32 control  40 controllen  48 flags  56 bytes
///     iovec   0 base  8 len                                                            16 bytes
///     cmsghdr 0 len (u64)  8 level (i32)  12 type (i32)  16 data, i32 each                16 + n
public final class MessageSocket implements AutoCloseable {
  /// Most descriptors in one message.
  public static final int MAX_FDS = 64;

  private static final int HEADER = 56;
  private static final int CONTROL_HEADER = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final short POLLIN = 1;

  private final Fd fd;

  /// Takes over an end of a [SocketPair#seqpacket()].
  public MessageSocket(Fd fd) {
    this.fd = fd;
  }

  /// The socket itself, for a poller.
  public Fd fd() {
    return fd;
  }

  /// Sends one message. *Blocking* while the peer's queue is full. The descriptors stay open here.
  ///
  /// @param message 1 byte or more, for an empty message would read as the end
  /// @param fds at most [#MAX_FDS]
  /// @throws LinuxException with `EPIPE` if the peer has closed its end
  public void send(byte[] message, Fd... fds) {
    if (message.length == 0 || fds.length > MAX_FDS) {
      throw new IllegalArgumentException(
          "a message has 1 byte or more and at most %d descriptors, not %d and %d"
              .formatted(MAX_FDS, message.length, fds.length));
    }
    try (Calls calls = Calls.confined()) {
      MemorySegment data = calls.bytes(message.length);
      MemorySegment.copy(message, 0, data, JAVA_BYTE, 0, message.length);
      MemorySegment header = header(calls, data, fds.length);
      if (fds.length > 0) {
        MemorySegment control = header.get(ADDRESS, 32);
        writeRights(reachable(control, controlSize(fds.length)), fds);
      }
      long sent =
          calls.attemptUninterrupted(Syscall.SENDMSG, fd.number(), header.address(), MSG_NOSIGNAL);
      if (sent < 0) {
        throw new LinuxException(
            "sendmsg %s of %d bytes and %d descriptors".formatted(fd, message.length, fds.length),
            (int) -sent);
      }
    }
  }

  /// Waits for one message. *Blocking* until it comes or the peer closes its end.
  ///
  /// @param maxBytes the longest message expected
  /// @return the message, without bytes at the end ([Message#isEnd()])
  /// @throws LinuxException with `EMSGSIZE`, its descriptors closed, if it is longer than that
  public Message receive(int maxBytes) {
    try (Calls calls = Calls.confined()) {
      MemorySegment data = calls.bytes(maxBytes);
      MemorySegment header = header(calls, data, MAX_FDS);
      long received =
          calls.attemptUninterrupted(
              Syscall.RECVMSG, fd.number(), header.address(), MSG_CMSG_CLOEXEC);
      if (received == -Errno.ECONNRESET) {
        return Message.END;
      }
      if (received < 0) {
        throw new LinuxException("recvmsg " + fd, (int) -received);
      }
      List<Fd> fds = readRights(header);
      if ((header.get(JAVA_INT, 48) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        fds.forEach(Fd::close);
        throw new LinuxException(
            "recvmsg " + fd,
            Errno.EMSGSIZE,
            "the message has more than %d bytes or %d descriptors".formatted(maxBytes, MAX_FDS));
      }
      return new Message(data.asSlice(0, received).toArray(JAVA_BYTE), fds);
    }
  }

  /// As [#receive(int)], but *blocking* for a limited time only.
  ///
  /// @return empty if nothing came in time
  public Optional<Message> receive(int maxBytes, Duration limit) {
    try (Calls calls = Calls.confined()) {
      MemorySegment poll = calls.bytes(8);
      long deadline = System.nanoTime() + limit.toNanos();
      long ready;
      do {
        poll.set(JAVA_INT, 0, fd.number());
        poll.set(JAVA_SHORT, 4, POLLIN);
        long millis = Math.max(0, Math.ceilDiv(deadline - System.nanoTime(), 1_000_000L));
        ready = calls.attempt(Syscall.POLL, poll.address(), 1, millis);
      } while (ready == -Errno.EINTR);
      if (ready < 0) {
        throw new LinuxException("poll " + fd, (int) -ready);
      }
      return ready == 0 ? Optional.empty() : Optional.of(receive(maxBytes));
    }
  }

  @Override
  public void close() {
    fd.close();
  }

  private static MemorySegment header(Calls calls, MemorySegment data, int fds) {
    MemorySegment vector = calls.bytes(16);
    vector.set(ADDRESS, 0, data);
    vector.set(JAVA_LONG, 8, data.byteSize());
    MemorySegment header = calls.bytes(HEADER);
    header.set(ADDRESS, 16, vector);
    header.set(JAVA_LONG, 24, 1);
    if (fds > 0) {
      header.set(ADDRESS, 32, calls.bytes(controlSize(fds)));
      header.set(JAVA_LONG, 40, controlSize(fds));
    }
    return header;
  }

  private static void writeRights(MemorySegment control, Fd[] fds) {
    control.set(JAVA_LONG, 0, CONTROL_HEADER + 4L * fds.length);
    control.set(JAVA_INT, 8, SOL_SOCKET);
    control.set(JAVA_INT, 12, SCM_RIGHTS);
    for (int i = 0; i < fds.length; i++) {
      control.set(JAVA_INT, CONTROL_HEADER + 4L * i, fds[i].number());
    }
  }

  private static List<Fd> readRights(MemorySegment header) {
    long size = header.get(JAVA_LONG, 40);
    MemorySegment control = reachable(header.get(ADDRESS, 32), size);
    var fds = new ArrayList<Fd>();
    long at = 0;
    while (at + CONTROL_HEADER <= size) {
      long length = control.get(JAVA_LONG, at);
      if (control.get(JAVA_INT, at + 8) == SOL_SOCKET
          && control.get(JAVA_INT, at + 12) == SCM_RIGHTS) {
        for (long i = at + CONTROL_HEADER; i < at + length; i += 4) {
          fds.add(Fd.of(control.get(JAVA_INT, i)));
        }
      }
      at += aligned(length);
    }
    return fds;
  }

  /// A pointer read from memory has no size of its own.
  @SuppressWarnings("restricted")
  private static MemorySegment reachable(MemorySegment pointer, long size) {
    return pointer.reinterpret(size);
  }

  private static long controlSize(int fds) {
    return aligned(CONTROL_HEADER + 4L * fds);
  }

  private static long aligned(long size) {
    return (size + 7) & ~7L;
  }
}
