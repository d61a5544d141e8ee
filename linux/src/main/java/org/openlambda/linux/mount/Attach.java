package org.openlambda.linux.mount;

import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.process.PidFd;

/// Attaches a detached mount in the mount namespace of a process.
///
/// @param sandbox a process in that namespace; stays the caller's
/// @param tree the mount; stays the caller's, who closes it afterwards. It can be attached once
/// @param target an absolute path as the namespace sees it, a folder that exists: `/handler`
/// @param tmpBytes the new size of the file system at `/tmp` there, in bytes; 0 leaves it as it is
/// @param then runs on the mounter's thread when it is back home and all is done: to send the
///   request from there wakes nobody twice. It holds up the next attach, so it must not wait for
///   long
public record Attach(PidFd sandbox, Fd tree, String target, long tmpBytes, Runnable then) {
  public Attach {
    if (!target.startsWith("/") || target.length() > Mounter.LONGEST_TARGET || tmpBytes < 0) {
      throw new IllegalArgumentException(
          "cannot attach at '%s' with %d bytes for /tmp".formatted(target, tmpBytes));
    }
  }

  /// Without a continuation.
  public Attach(PidFd sandbox, Fd tree, String target, long tmpBytes) {
    this(sandbox, tree, target, tmpBytes, () -> {});
  }
}
