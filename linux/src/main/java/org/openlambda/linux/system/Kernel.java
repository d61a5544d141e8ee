package org.openlambda.linux.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;

/// Facts about the kernel and about what it lets this process do. Any thread; some microseconds
/// each.
public final class Kernel {
  public static final int CAP_CHOWN = 0;
  public static final int CAP_KILL = 5;
  public static final int CAP_SETGID = 6;
  public static final int CAP_SETUID = 7;
  public static final int CAP_NET_ADMIN = 12;
  public static final int CAP_SYS_ADMIN = 21;
  public static final int CAP_SYS_RESOURCE = 24;

  private static final int RLIMIT_NOFILE = 7;

  /// The inode of the first user namespace (`linux/proc_ns.h`).
  private static final long INITIAL_USER_NAMESPACE = 0xEFFFFFFDL;

  /// `NS_GET_USERNS` (ioctl_ns(2)).
  private static final int OWNER_OF_NAMESPACE = 0xb701;

  /// A limit of this process (`getrlimit(2)`); `Long.MAX_VALUE` is no limit.
  ///
  /// @param soft what holds now
  /// @param hard how far `soft` may be raised
  public record ResourceLimit(long soft, long hard) {}

  private Kernel() {}

  /// `6.1.0-28-amd64`.
  public static String release() {
    return KernelFile.read("/proc/sys/kernel/osrelease").strip();
  }

  /// Whether the release is this version or a later one.
  public static boolean isAtLeast(int major, int minor) {
    Matcher version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(release());
    if (!version.matches()) {
      throw new IllegalStateException("not a kernel's release: " + release());
    }
    int ours = Integer.parseInt(version.group(1));
    return ours > major || (ours == major && Integer.parseInt(version.group(2)) >= minor);
  }

  /// The effective user id of this process, in its own user namespace.
  public static int effectiveUid() {
    return Integer.parseInt(status("Uid").split("\\s+")[1]);
  }

  /// Whether the effective user id is 0.
  public static boolean isRoot() {
    return effectiveUid() == 0;
  }

  /// The effective capabilities as bits, `1 << CAP_SYS_ADMIN` and so on (`capabilities(7)`).
  public static long effectiveCapabilities() {
    return Long.parseUnsignedLong(status("CapEff"), 16);
  }

  /// Whether this process has a capability, such as [#CAP_SYS_ADMIN].
  public static boolean hasCapability(int capability) {
    return (effectiveCapabilities() >>> capability & 1) != 0;
  }

  /// Whether ids and capabilities of this process are the host's own, not those of a user namespace
  /// made later.
  public static boolean isInInitialUserNamespace() {
    try {
      Object inode = Files.getAttribute(Path.of("/proc/self/ns/user"), "unix:ino");
      return inode instanceof Long number && number == INITIAL_USER_NAMESPACE;
    } catch (IOException e) {
      throw new UncheckedIOException("this process cannot see its user namespace", e);
    }
  }

  /// Whether the network namespace belongs to the user namespace of this process, or to one below:
  /// otherwise no capability lets it make an interface or a firewall rule.
  public static boolean ownsItsNetwork() {
    try (Calls calls = Calls.confined();
        Fd network = Fd.openPath("/proc/self/ns/net", Fd.O_RDONLY)) {
      long owner = calls.attempt(Syscall.IOCTL, network.number(), OWNER_OF_NAMESPACE, 0);
      if (owner >= 0) {
        Fd.of((int) owner).close();
      }
      return owner >= 0;
    }
  }

  /// What seccomp filters can answer (`errno`, `user_notif`, …); empty without seccomp.
  public static List<String> seccompActions() {
    String file = "/proc/sys/kernel/seccomp/actions_avail";
    return Files.exists(Path.of(file))
        ? List.of(KernelFile.read(file).strip().split(" "))
        : List.of();
  }

  /// Most user namespaces one user may have; empty if the kernel has none.
  public static OptionalLong maxUserNamespaces() {
    return number("/proc/sys/user/max_user_namespaces");
  }

  /// Whether a process without capabilities may make a user namespace, as far as Debian's switch
  /// `kernel.unprivileged_userns_clone` tells; kernels without that switch allow it.
  public static boolean allowsUnprivilegedUserNamespaces() {
    return number("/proc/sys/kernel/unprivileged_userns_clone").orElse(1) != 0;
  }

  /// Whether AppArmor takes the capabilities away from such a namespace (Ubuntu's
  /// `kernel.apparmor_restrict_unprivileged_userns`).
  public static boolean apparmorRestrictsUserNamespaces() {
    return number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").orElse(0) != 0;
  }

  /// How many descriptors this process may have open.
  public static ResourceLimit openFiles() {
    try (Calls calls = Calls.confined()) {
      MemorySegment limit = calls.bytes(16);
      calls.call(Syscall.PRLIMIT64, "NOFILE", 0, RLIMIT_NOFILE, 0, limit.address());
      return new ResourceLimit(finite(limit.get(JAVA_LONG, 0)), finite(limit.get(JAVA_LONG, 8)));
    }
  }

  /// Pids are less than this (`kernel.pid_max`).
  public static long pidMax() {
    return number("/proc/sys/kernel/pid_max").orElseThrow();
  }

  private static long finite(long limit) {
    return limit < 0 ? Long.MAX_VALUE : limit;
  }

  private static OptionalLong number(String file) {
    return Files.exists(Path.of(file))
        ? OptionalLong.of(Long.parseLong(KernelFile.read(file).strip()))
        : OptionalLong.empty();
  }

  private static String status(String key) {
    for (String line : KernelFile.read("/proc/self/status").lines().toList()) {
      if (line.startsWith(key + ":")) {
        return line.substring(key.length() + 1).strip();
      }
    }
    throw new IllegalStateException("/proc/self/status has no line " + key);
  }
}
