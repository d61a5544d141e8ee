package org.openlambda.linux.fd;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// Two connected Unix sockets without a name (`socketpair(2)`), owned by the caller.
///
/// @param ours the end to keep
/// @param theirs the end to hand to another process, and to close here afterwards
public record SocketPair(Fd ours, Fd theirs) implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;

  /// A pair that keeps the borders of messages, for [MessageSocket].
  ///
  /// @throws LinuxException with `EMFILE` if the process has no descriptor left
  public static SocketPair seqpacket() {
    return open(SOCK_SEQPACKET);
  }

  /// A pair of byte streams.
  ///
  /// @param unreadBytes so many written by our end can wait for the reader of the other, at least.
  ///   The kernel doubles it for its own records, after it lowered it to `net.core.wmem_max`
  ///   (212,992 where nobody changed it)
  /// @throws LinuxException with `EMFILE` if the process has no descriptor left
  public static SocketPair stream(int unreadBytes) {
    SocketPair pair = open(SOCK_STREAM);
    try (Calls calls = Calls.confined()) {
      MemorySegment size = calls.bytes(4);
      size.set(JAVA_INT, 0, unreadBytes);
      long ours = pair.ours.number();
      calls.call(Syscall.SETSOCKOPT, "SO_SNDBUF", ours, SOL_SOCKET, SO_SNDBUF, size.address(), 4);
      return pair;
    } catch (RuntimeException failure) {
      pair.close();
      throw failure;
    }
  }

  private static SocketPair open(int type) {
    try (Calls calls = Calls.confined()) {
      MemorySegment pair = calls.bytes(8);
      calls.call(Syscall.SOCKETPAIR, "unix", AF_UNIX, type | Calls.CLOEXEC, 0, pair.address());
      return new SocketPair(Fd.of(pair.get(JAVA_INT, 0)), Fd.of(pair.get(JAVA_INT, 4)));
    }
  }

  /// Closes both ends, as far as they are still open.
  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
