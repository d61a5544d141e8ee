package org.openlambda.linux.inotify;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// Watches directories (`inotify(7)`), not what is below them.
///
/// *Threads*: any; the methods take turns. Nothing here waits.
///
/// *Cost*: about 1 µs to find that nothing happened.
///
///     inotify_event: 0 wd (i32)  4 mask (u32)  8 cookie (u32)  12 len (u32)  16 name, len bytes
public final class Inotify implements AutoCloseable {
  public static final int MODIFY = 0x2;
  public static final int ATTRIB = 0x4;
  public static final int CLOSE_WRITE = 0x8;
  public static final int MOVED_FROM = 0x40;
  public static final int MOVED_TO = 0x80;
  public static final int CREATE = 0x100;
  public static final int DELETE = 0x200;
  public static final int DELETE_SELF = 0x400;
  public static final int MOVE_SELF = 0x800;

  /// Only reported: events were lost.
  public static final int OVERFLOW = 0x4000;

  /// Only reported: the watch has ended, as its directory is gone or by [#unwatch(int)].
  public static final int IGNORED = 0x8000;

  /// Only watch a directory, fail for another kind of file.
  public static final int ONLYDIR = 0x1000000;

  private static final int NONBLOCK = 0x800;
  private static final int HEADER = 16;
  private static final int BUFFER = 16 * 1024;

  private final Fd fd;
  private final Calls calls = Calls.shared(); // guarded by this
  private final MemorySegment buffer = calls.bytes(BUFFER); // guarded by this

  /// @throws LinuxException with `EMFILE` at the limit of instances or of descriptors
  public Inotify() {
    long result = calls.attempt(Syscall.INOTIFY_INIT1, Calls.CLOEXEC | NONBLOCK);
    if (result < 0) {
      calls.close();
      throw result == -Errno.EMFILE
          ? new LinuxException(
              "inotify_init1",
              Errno.EMFILE,
              "raise fs.inotify.max_user_instances (sysctl) or the limit of open files")
          : new LinuxException("inotify_init1", (int) -result);
    }
    fd = Fd.of((int) result);
  }

  /// Watches a directory; again for the same one changes what is watched.
  ///
  /// @param mask what is of interest, bits of this class
  /// @return the number its events carry
  /// @throws LinuxException with `ENOSPC` at the limit of watches
  public synchronized int watch(Path dir, int... mask) {
    int all = 0;
    for (int bits : mask) {
      all |= bits;
    }
    try (Calls own = Calls.confined()) {
      long name = own.string(dir.toString()).address();
      long result = own.attempt(Syscall.INOTIFY_ADD_WATCH, fd.number(), name, all);
      if (result == -Errno.ENOSPC) {
        throw new LinuxException(
            "inotify_add_watch " + dir, Errno.ENOSPC, "raise fs.inotify.max_user_watches (sysctl)");
      }
      if (result < 0) {
        throw new LinuxException("inotify_add_watch " + dir, (int) -result);
      }
      return (int) result;
    }
  }

  /// Ends a watch, if it has not ended by itself.
  public synchronized void unwatch(int watch) {
    calls.attempt(Syscall.INOTIFY_RM_WATCH, fd.number(), watch);
  }

  /// What happened since the last call, the oldest first; empty if nothing did.
  public synchronized List<Event> drain() {
    var events = new ArrayList<Event>();
    while (true) {
      long size = calls.attemptUninterrupted(Syscall.READ, fd.number(), buffer.address(), BUFFER);
      if (size == -Errno.EAGAIN) {
        return events;
      }
      if (size < 0) {
        throw new LinuxException("read inotify " + fd, (int) -size);
      }
      for (long at = 0; at < size; at += HEADER + buffer.get(JAVA_INT, at + 12)) {
        events.add(event(at));
      }
    }
  }

  @Override
  public synchronized void close() {
    if (fd.isOpen()) {
      fd.close();
      calls.close();
    }
  }

  private Event event(long at) {
    String name = buffer.get(JAVA_INT, at + 12) == 0 ? "" : buffer.getString(at + HEADER);
    return new Event(buffer.get(JAVA_INT, at), buffer.get(JAVA_INT, at + 4), name);
  }
}
