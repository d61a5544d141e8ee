package org.openlambda.linux.call;

import java.util.Locale;

/// The system calls in use, with their numbers on x86_64
/// (`arch/x86/entry/syscalls/syscall_64.tbl`).
public enum Syscall {
  READ(0),
  WRITE(1),
  CLOSE(3),
  POLL(7),
  IOCTL(16),
  PREAD64(17),
  SOCKET(41),
  SENDMSG(46),
  RECVMSG(47),
  SOCKETPAIR(53),
  SETSOCKOPT(54),
  EXECVE(59),
  KILL(62),
  FCNTL(72),
  RMDIR(84),
  FCHOWN(93),
  GETPRIORITY(140),
  SETPRIORITY(141),
  CLOCK_GETTIME(228),
  EPOLL_WAIT(232),
  EPOLL_CTL(233),
  WAITID(247),
  INOTIFY_ADD_WATCH(254),
  INOTIFY_RM_WATCH(255),
  OPENAT(257),
  MKDIRAT(258),
  FCHOWNAT(260),
  UNSHARE(272),
  EVENTFD2(290),
  EPOLL_CREATE1(291),
  PIPE2(293),
  INOTIFY_INIT1(294),
  PRLIMIT64(302),
  SETNS(308),
  PIDFD_SEND_SIGNAL(424),
  OPEN_TREE(428),
  MOVE_MOUNT(429),
  FSOPEN(430),
  FSCONFIG(431),
  FSMOUNT(432),
  FSPICK(433),
  PIDFD_OPEN(434),
  MOUNT_SETATTR(442);

  final long number;
  private final String text;

  Syscall(long number) {
    this.number = number;
    this.text = name().toLowerCase(Locale.ROOT);
  }

  /// The name as in the manual: `open_tree`.
  @Override
  public String toString() {
    return text;
  }
}
