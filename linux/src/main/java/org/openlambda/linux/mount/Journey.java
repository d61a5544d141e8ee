package org.openlambda.linux.mount;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// The way of the mounter's thread into another mount namespace and back; made and used on that
/// thread only.
///
/// Between the two `setns` every path would be looked up in a file system that a tenant has filled:
/// no class may be loaded, nothing logged, no file opened, no exception made there. So all memory
/// is allocated and all text written before, only numbers come out, and one warm-up at the start
/// has run all of the code.
final class Journey implements AutoCloseable {
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final int FSPICK_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_RECONFIGURE = 7;

  private final Calls calls = Calls.confined();
  private final MemorySegment empty = calls.string("");
  private final MemorySegment tmp = calls.string("/tmp");
  private final MemorySegment size = calls.string("size");
  private final MemorySegment sizeText = calls.bytes(24);
  private final MemorySegment target = calls.bytes(4L * Mounter.LONGEST_TARGET + 1);
  private final Fd home;

  /// The step that failed on the way, for the message.
  private Syscall step = Syscall.SETNS;

  private boolean stranded;

  /// Gives the current thread a root and a mount namespace of its own, for ever (`unshare(2)`).
  ///
  /// @throws LinuxException with `EPERM` without `CAP_SYS_ADMIN`
  Journey() {
    try {
      calls.call(Syscall.UNSHARE, "CLONE_FS|CLONE_NEWNS", CLONE_FS | CLONE_NEWNS);
      home = Fd.openPath("/proc/thread-self/ns/mnt", Fd.O_RDONLY);
    } catch (RuntimeException failure) {
      calls.close();
      throw failure;
    }
    warmUp();
  }

  /// Does the job, but for its continuation.
  ///
  /// @return what went wrong, or null
  @Nullable LinuxException make(Attach job) {
    target.setString(0, job.target(), UTF_8);
    sizeText.setString(0, Long.toString(job.tmpBytes()), UTF_8);
    int sandbox = job.sandbox().fd().number();
    long result = thereAndBack(sandbox, job.tree().number(), job.tmpBytes() > 0);
    if (stranded) {
      return new LinuxException("setns home", (int) -result, "the mounter cannot be used any more");
    }
    return result >= 0 ? null : new LinuxException(step + " " + place(job), (int) -result);
  }

  /// Whether the way back has failed: the thread is in a tenant's file system and must end.
  boolean stranded() {
    return stranded;
  }

  @Override
  public void close() {
    home.close();
    calls.close();
  }

  private long thereAndBack(int namespace, int tree, boolean resize) {
    // A thread that this one started, if only as an unparked virtual thread wanted a carrier,
    // shares
    // its root, and then setns(2) is EINVAL. Costs 0.1 µs where nothing is shared.
    calls.attempt(Syscall.UNSHARE, CLONE_FS);
    step = Syscall.SETNS;
    long result = calls.attempt(Syscall.SETNS, namespace, CLONE_NEWNS);
    if (result < 0) {
      return result;
    }
    long back = 0;
    try {
      result = move(tree);
      if (result >= 0 && resize) {
        result = resizeTmp();
      }
    } finally {
      back = calls.attempt(Syscall.SETNS, home.number(), CLONE_NEWNS);
      stranded = back < 0;
    }
    return stranded ? back : result;
  }

  private long move(int tree) {
    step = Syscall.MOVE_MOUNT;
    return calls.attempt(
        Syscall.MOVE_MOUNT,
        tree,
        empty.address(),
        Calls.AT_FDCWD,
        target.address(),
        MOVE_MOUNT_F_EMPTY_PATH);
  }

  private long resizeTmp() {
    step = Syscall.FSPICK;
    long context = calls.attempt(Syscall.FSPICK, Calls.AT_FDCWD, tmp.address(), FSPICK_CLOEXEC);
    if (context < 0) {
      return context;
    }
    step = Syscall.FSCONFIG;
    long result =
        calls.attempt(
            Syscall.FSCONFIG, context, FSCONFIG_SET_STRING, size.address(), sizeText.address(), 0);
    if (result >= 0) {
      result = calls.attempt(Syscall.FSCONFIG, context, FSCONFIG_CMD_RECONFIGURE, 0, 0, 0);
    }
    calls.attempt(Syscall.CLOSE, context);
    return result;
  }

  /// Runs the code above in our own namespace, where each step fails harmlessly: there is no mount
  /// -1 to move and no size `-` to give `/tmp`.
  private void warmUp() {
    target.setString(0, "/", UTF_8);
    sizeText.setString(0, "-", UTF_8);
    thereAndBack(home.number(), -1, true);
    resizeTmp();
    if (stranded) {
      throw new IllegalStateException("the mounter cannot return to its own namespace");
    }
  }

  private static String place(Attach job) {
    return "at " + job.target() + " of " + job.sandbox().fd() + ", /tmp " + job.tmpBytes();
  }
}
