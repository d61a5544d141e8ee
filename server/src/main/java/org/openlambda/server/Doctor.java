package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.CgroupMode;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.system.Kernel;

/// Looks at this machine: what each wall of a sandbox needs, and whether it is there. Changes
/// nothing but a control group of its own that is removed again.
final class Doctor {
  private static final long ENOUGH_FILES = 4_096;

  private Doctor() {}

  static List<Finding> examine() {
    var findings = new ArrayList<Finding>();
    findings.add(kernel());
    findings.add(privilege());
    findings.add(userNamespaces());
    findings.add(seccomp());
    findings.addAll(groups());
    findings.add(files());
    findings.add(outbound());
    findings.add(python());
    findings.add(installation());
    return findings;
  }

  private static Finding kernel() {
    return Finding.of(
        "kernel",
        Kernel.isAtLeast(6, 1),
        "Linux " + Kernel.release(),
        "use Linux 6.1 (Debian 12) or newer");
  }

  private static Finding privilege() {
    boolean root = Kernel.isRoot() && Kernel.hasCapability(Kernel.CAP_SYS_ADMIN);
    return Finding.of(
        "privilege",
        root,
        root
            ? "root, with CAP_SYS_ADMIN; sandboxes get none of it"
            : "uid %d, capabilities %#x"
                .formatted(Kernel.effectiveUid(), Kernel.effectiveCapabilities()),
        "start ol with sudo: making sandboxes needs root, running them does not");
  }

  private static Finding userNamespaces() {
    long most = Kernel.maxUserNamespaces().orElse(0);
    return Finding.of(
        "user namespaces",
        most > 0,
        "up to " + most + " (user.max_user_namespaces)",
        "sysctl -w user.max_user_namespaces=65536");
  }

  private static Finding seccomp() {
    List<String> actions = Kernel.seccompActions();
    return Finding.of(
        "system call filter",
        actions.contains("errno") && actions.contains("kill_process"),
        "seccomp: " + String.join(" ", actions),
        "use a kernel with CONFIG_SECCOMP_FILTER");
  }

  private static List<Finding> groups() {
    try (Cgroups groups = Cgroups.open("openlambda-doctor-" + ProcessHandle.current().pid())) {
      CgroupMode mode = groups.mode();
      List<String> missing = groups.missing();
      var findings = new ArrayList<Finding>();
      findings.add(
          Finding.of(
              "control groups",
              mode != CgroupMode.NONE,
              mode == CgroupMode.NONE
                  ? "none that may be written"
                  : mode.name().toLowerCase(java.util.Locale.ROOT),
              "start ol with sudo, or where groups are delegated"));
      findings.add(
          Finding.of(
              "memory, cpu, pids limits",
              missing.isEmpty() && mode != CgroupMode.NONE,
              missing.isEmpty() ? "can be set" : "cannot be set: " + String.join(", ", missing),
              "mount the controllers, or start ol where they are delegated:"
                  + " systemd-run --scope -p Delegate=yes ol …"));
      findings.add(
          Finding.optional(
              "freezing and killing at once",
              mode == CgroupMode.V2 || mode == CgroupMode.HYBRID,
              "cgroup v2",
              "mount -t cgroup2 none /sys/fs/cgroup/unified"));
      return findings;
    } catch (LinuxException e) {
      return List.of(
          new Finding(
              "control groups",
              Finding.Verdict.MISSING,
              "cannot be made: " + e.getMessage(),
              Kernel.isRoot() ? "mount the cgroup hierarchies writable" : "start ol with sudo"));
    }
  }

  private static Finding files() {
    long hard = Kernel.openFiles().hard();
    return Finding.of(
        "open files",
        hard >= ENOUGH_FILES,
        "up to %d, five for each sandbox".formatted(hard),
        "raise LimitNOFILE (systemd) or ulimit -n to 65536");
  }

  /// Only functions with `network: outbound` need it.
  private static Finding outbound() {
    boolean forwards = read(Path.of("/proc/sys/net/ipv4/ip_forward")).equals("1");
    boolean nft =
        Stream.of("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft")
            .anyMatch(file -> Files.isExecutable(Path.of(file)));
    String fix = (nft ? "" : "apt install nftables; ") + "sysctl -w net.ipv4.ip_forward=1";
    return Finding.optional(
        "outbound network",
        forwards && nft,
        "nft %s, net.ipv4.ip_forward %s".formatted(nft ? "there" : "missing", forwards ? "1" : "0"),
        fix);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static Finding python() {
    Path python = Path.of("/usr/bin/python3");
    String version = Files.isExecutable(python) ? output(python.toString(), "-V") : "";
    boolean enough = version.matches("Python 3\\.(1[1-9]|[2-9][0-9]).*");
    return Finding.of(
        "Python",
        enough,
        version.isEmpty() ? python + " is not there" : version,
        "apt install python3 (3.11 or newer)");
  }

  private static Finding installation() {
    try {
      Path launcher = Installation.home().resolve("libexec/launcher");
      return Finding.of(
          "launcher", Files.isExecutable(launcher), launcher.toString(), "./dev build");
    } catch (IOException e) {
      return new Finding("launcher", Finding.Verdict.MISSING, String.valueOf(e.getMessage()), "");
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      process.waitFor(5, TimeUnit.SECONDS);
      return text.strip();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
