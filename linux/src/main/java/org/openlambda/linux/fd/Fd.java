package org.openlambda.linux.fd;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// Owns one open descriptor.
///
/// *Threads*: any; [#close()] may be called twice and from anywhere. Who closes must know that
/// nobody still uses the number: the kernel gives it to the next file that is opened.
public final class Fd implements AutoCloseable {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_APPEND = 0x400;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_DIRECTORY = 0x10000;
  public static final int O_NOFOLLOW = 0x20000;

  /// Only names the file: for `fstat`, as a directory in other calls, for `CLONE_INTO_CGROUP`.
  public static final int O_PATH = 0x200000;

  private static final int CHUNK = 16 * 1024;
  private static final int F_SETFL = 4;
  private static final int F_GETFL = 3;
  private static final int F_DUPFD_CLOEXEC = 1030;

  private final int number;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Fd(int number) {
    this.number = number;
  }

  /// Takes over an open descriptor: from now on only the result closes it.
  public static Fd of(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("a descriptor cannot be negative: " + number);
    }
    return new Fd(number);
  }

  /// Opens a path, `O_CLOEXEC` always among the flags; never creates a file (`open(2)`).
  ///
  /// @throws LinuxException if it cannot be opened so
  public static Fd openPath(String path, int... flags) {
    int all = Calls.CLOEXEC;
    for (int flag : flags) {
      all |= flag;
    }
    try (Calls calls = Calls.confined()) {
      long name = calls.string(path).address();
      return of((int) calls.call(Syscall.OPENAT, path, Calls.AT_FDCWD, name, all));
    }
  }

  /// The kernel's number for it.
  ///
  /// @throws IllegalStateException after [#close()]: the number may be somebody else's by now
  public int number() {
    if (!open.get()) {
      throw new IllegalStateException("descriptor " + number + " is closed");
    }
    return number;
  }

  /// Whether [#close()] has not been called yet.
  public boolean isOpen() {
    return open.get();
  }

  /// Gives the file behind it to a user and group (`fchown(2)`). A pipe's write end has to be given
  /// to the sandbox that writes, or `/dev/stdout`, which opens the pipe anew, is refused there.
  public void chown(int uid, int gid) {
    try (Calls calls = Calls.confined()) {
      calls.call(Syscall.FCHOWN, this + " to " + uid + ":" + gid, number(), uid, gid);
    }
  }

  /// Another descriptor of the same open file (`F_DUPFD_CLOEXEC`).
  public Fd copy() {
    try (Calls calls = Calls.confined()) {
      return of((int) calls.call(Syscall.FCNTL, this + " F_DUPFD", number(), F_DUPFD_CLOEXEC, 0));
    }
  }

  /// From now on reads and writes never wait (`O_NONBLOCK`). It is the open file's, so whoever else
  /// has it (the other side of a `fork`) sees the same.
  ///
  /// @return this
  public Fd nonBlocking() {
    try (Calls calls = Calls.confined()) {
      long flags = calls.call(Syscall.FCNTL, this + " F_GETFL", number(), F_GETFL);
      calls.call(Syscall.FCNTL, this + " F_SETFL", number(), F_SETFL, flags | O_NONBLOCK);
      return this;
    }
  }

  /// Reads what is there into the buffer's remaining space and moves its position. The descriptor
  /// has to be [#nonBlocking()]. A direct buffer is filled in place, another one by a copy.
  ///
  /// @return bytes read; 0 if there is nothing now (or no space in the buffer); -1 at the end
  /// @throws LinuxException on any other error
  public int readAvailable(ByteBuffer into) {
    if (!into.hasRemaining()) {
      return 0;
    }
    try (Calls calls = Calls.confined()) {
      MemorySegment space =
          into.isDirect() ? MemorySegment.ofBuffer(into) : calls.bytes(into.remaining());
      long count =
          calls.attemptUninterrupted(Syscall.READ, number(), space.address(), into.remaining());
      if (count == -Errno.EAGAIN) {
        return 0;
      }
      if (count < 0) {
        throw new LinuxException("read " + this, (int) -count);
      }
      if (count == 0) {
        return -1;
      }
      if (into.isDirect()) {
        into.position(into.position() + (int) count);
      } else {
        into.put(space.asSlice(0, count).asByteBuffer());
      }
      return (int) count;
    }
  }

  /// As [#readAvailable(ByteBuffer)] into the array, from its begin.
  public int readAvailable(byte[] into) {
    return readAvailable(ByteBuffer.wrap(into));
  }

  /// Writes as much of the buffer as there is space for and moves its position. The descriptor has
  /// to be [#nonBlocking()]. A direct buffer is written in place, another one by a copy.
  ///
  /// @return bytes written; 0 if there is no space now
  /// @throws LinuxException on any other error, with `EPIPE` if nobody reads any more
  public int writeAvailable(ByteBuffer from) {
    if (!from.hasRemaining()) {
      return 0;
    }
    try (Calls calls = Calls.confined()) {
      MemorySegment data = from.isDirect() ? MemorySegment.ofBuffer(from) : copy(calls, from);
      long count =
          calls.attemptUninterrupted(Syscall.WRITE, number(), data.address(), from.remaining());
      if (count == -Errno.EAGAIN) {
        return 0;
      }
      if (count < 0) {
        throw new LinuxException("write " + this, (int) -count);
      }
      from.position(from.position() + (int) count);
      return (int) count;
    }
  }

  private static MemorySegment copy(Calls calls, ByteBuffer bytes) {
    MemorySegment copy = calls.bytes(bytes.remaining());
    copy.copyFrom(MemorySegment.ofBuffer(bytes));
    return copy;
  }

  /// Writes all of it. *Blocking* while a pipe or socket is full: platform threads only.
  ///
  /// @throws LinuxException on any error, with some of it written
  public void writeFully(byte[] bytes) {
    try (Calls calls = Calls.confined()) {
      MemorySegment data = calls.bytes(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
      for (long done = 0; done < bytes.length; ) {
        long address = data.address() + done;
        long count =
            calls.attemptUninterrupted(Syscall.WRITE, number(), address, bytes.length - done);
        if (count < 0) {
          throw new LinuxException("write " + this, (int) -count);
        }
        done += count;
      }
    }
  }

  /// Reads until the end. *Blocking*: platform threads only.
  public byte[] readToEnd() {
    var all = new ByteArrayOutputStream();
    try (Calls calls = Calls.confined()) {
      MemorySegment space = calls.bytes(CHUNK);
      while (true) {
        long count = calls.attemptUninterrupted(Syscall.READ, number(), space.address(), CHUNK);
        if (count < 0) {
          throw new LinuxException("read " + this, (int) -count);
        }
        if (count == 0) {
          return all.toByteArray();
        }
        all.writeBytes(space.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  /// Closes the descriptor; does nothing the second time. Errors of `close(2)` are not reported:
  /// the number is free in any case.
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      try (Calls calls = Calls.confined()) {
        calls.attempt(Syscall.CLOSE, number);
      }
    }
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
