package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.CgroupMode;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.fd.OpenGauges;
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
    findings.add(uids());
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

  private static boolean isRoot() {
    return Kernel.isRoot() && Kernel.hasCapability(Kernel.CAP_SYS_ADMIN);
  }

  private static Finding privilege() {
    if (isRoot()) {
      return Finding.there("privilege", "root, with CAP_SYS_ADMIN; sandboxes get none of it");
    }
    String who =
        "uid %d, capabilities %#x".formatted(Kernel.effectiveUid(), Kernel.effectiveCapabilities());
    try {
      String refusal = Rootless.tryOut();
      return Finding.of(
          "privilege",
          refusal.isEmpty(),
          who + (refusal.isEmpty() ? ": root of a user namespace of its own" : "; " + refusal),
          Fixes.userNamespaces());
    } catch (IOException e) {
      return new Finding(
          "privilege", Finding.Verdict.MISSING, who + "; " + e.getMessage(), "start ol with sudo");
    }
  }

  /// Whether sandboxes can have uids of their own.
  private static Finding uids() {
    if (isRoot()) {
      return Finding.there("uids of sandboxes", "each its own, from 300000 on");
    }
    try {
      Optional<SubordinateIds> ids = SubordinateIds.find();
      return Finding.weaker(
          "uids of sandboxes",
          ids.isPresent(),
          ids.map(found -> "each its own, from %d on".formatted(found.uids().first()))
              .orElse("all have yours: no subordinate ids, or no newuidmap to use them"),
          Fixes.subordinateIds());
    } catch (IOException e) {
      return new Finding(
          "uids of sandboxes", Finding.Verdict.WEAKER, String.valueOf(e.getMessage()), "");
    }
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
    try (Cgroups groups =
        Cgroups.open("openlambda-doctor-" + ProcessHandle.current().pid(), new OpenGauges(0))) {
      CgroupMode mode = groups.mode();
      List<String> missing = groups.missing();
      boolean v2 = mode == CgroupMode.V2 || mode == CgroupMode.HYBRID;
      return List.of(
          wall(
              "control groups",
              mode != CgroupMode.NONE,
              mode == CgroupMode.NONE
                  ? "none that may be written: memory is looked at every 20 ms, nobody limits CPU"
                  : mode.name().toLowerCase(Locale.ROOT),
              Fixes.controlGroups()),
          wall(
              "memory, cpu, pids limits",
              missing.isEmpty(),
              missing.isEmpty()
                  ? "can be set"
                  : "not by the kernel for groups: " + String.join(", ", missing),
              mode == CgroupMode.NONE ? Fixes.AS_ABOVE : Fixes.controlGroups()),
          Finding.optional(
              "freezing and killing at once",
              v2,
              v2 ? "cgroup v2" : "by signals to each process",
              Kernel.isRoot() ? "mount -t cgroup2 none /sys/fs/cgroup/unified" : Fixes.AS_ABOVE));
    } catch (LinuxException e) {
      String why = "cannot be made: " + e.getMessage();
      return List.of(wall("control groups", false, why, Fixes.controlGroups()));
    }
  }

  /// Root has to have it; others do without.
  private static Finding wall(String what, boolean there, String detail, String fix) {
    return Kernel.isRoot()
        ? Finding.of(what, there, detail, "mount the cgroup hierarchies writable")
        : Finding.weaker(what, there, detail, fix);
  }

  private static Finding files() {
    long hard = Kernel.openFiles().hard();
    return Finding.of(
        "open files",
        hard >= ENOUGH_FILES,
        "up to %d, three for each sandbox".formatted(hard),
        "raise LimitNOFILE (systemd) or ulimit -n to 65536");
  }

  /// Only functions with `network: outbound` need it.
  static Finding outbound() {
    if (!Kernel.ownsItsNetwork() || !Kernel.hasCapability(Kernel.CAP_NET_ADMIN)) {
      return Finding.optional(
          "outbound network", false, "only root can give sandboxes one", "start ol with sudo");
    }
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
