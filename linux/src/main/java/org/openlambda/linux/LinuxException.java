package org.openlambda.linux;

import java.io.Serial;

/// The kernel refused a call. The message names the call, its values and the error: `open_tree /x:
/// ENOENT (no such file or directory)`, with advice behind it where there is some.
public final class LinuxException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String operation;
  private final int errno;

  /// @param operation the call and what it was made on, such as `open_tree /x`
  /// @param errno the kernel's error number, more than 0
  public LinuxException(String operation, int errno) {
    super(operation + ": " + reason(errno));
    this.operation = operation;
    this.errno = errno;
  }

  /// @param advice what somebody can do about it, a clause without a full stop
  public LinuxException(String operation, int errno, String advice) {
    super(operation + ": " + reason(errno) + "; " + advice);
    this.operation = operation;
    this.errno = errno;
  }

  /// The call and what it was made on.
  public String operation() {
    return operation;
  }

  /// The error number, to be compared with the constants of [Errno].
  public int errno() {
    return errno;
  }

  /// Whether the file it was about is not there, or what a file of the kernel speaks of: a control
  /// group that was removed.
  public boolean isGone() {
    return errno == Errno.ENOENT || errno == Errno.ENODEV;
  }

  private static String reason(int errno) {
    return Errno.name(errno) + " (" + Errno.meaning(errno) + ")";
  }
}
