package org.openlambda.linux.cgroup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.OpenGauges;

/// What a predecessor that died has left behind: finds its groups again from the directories alone.
/// A sandbox's directories have the same last name in all hierarchies, but in v2 it may lie within
/// a zygote's.
final class Leftovers {
  private static final int SIGKILL = 9;
  private static final long RETRY_NANOS = 1_000_000;

  private final List<Hierarchy> hierarchies;

  private final MemoryWatch watch;
  private final OpenGauges gauges;

  Leftovers(List<Hierarchy> hierarchies, MemoryWatch watch, OpenGauges gauges) {
    this.hierarchies = hierarchies;
    this.watch = watch;
    this.gauges = gauges;
  }

  /// Those within others first.
  List<Cgroup> find() {
    var v1 = new LinkedHashMap<String, List<Cgroup.Placed>>();
    var v2 = new ArrayList<Cgroup.Placed>();
    for (Hierarchy hierarchy : hierarchies) {
      for (Cgroup.Placed placed : below(hierarchy.parent(), hierarchy)) {
        if (hierarchy.v2()) {
          v2.add(placed);
        } else {
          v1.computeIfAbsent(lastName(placed), _ -> new ArrayList<>()).add(placed);
        }
      }
    }
    var groups = new ArrayList<Cgroup>();
    var seen = new HashSet<String>();
    for (Cgroup.Placed unified : v2) {
      String name = lastName(unified);
      var all = new ArrayList<Cgroup.Placed>(List.of(unified));
      if (seen.add(name)) {
        all.addAll(v1.getOrDefault(name, List.of()));
      }
      groups.add(new Cgroup(name, all, watch, gauges));
    }
    v1.forEach((name, placed) -> {
      if (!seen.contains(name)) {
        groups.add(new Cgroup(name, placed, watch, gauges));
      }
    });
    return groups;
  }

  int killAndRemove(long deadlineNanos) {
    List<Cgroup> left = new ArrayList<>(find());
    int count = left.size();
    for (Cgroup group : left) {
      group.thaw(); // v1: the frozen do not die
      group.kill();
    }
    while (true) {
      left.removeIf(Cgroup::remove);
      if (left.isEmpty()) {
        return count;
      }
      Set<Integer> alive =
          left.stream().flatMap(group -> group.pids().stream()).collect(Collectors.toSet());
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new LinuxException(
            "rmdir " + left,
            Errno.EBUSY,
            "processes %s were killed but do not end; look at /proc/PID/stack".formatted(alive));
      }
      killAll(alive);
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private static void killAll(Set<Integer> pids) {
    long ourselves = ProcessHandle.current().pid();
    try (Calls calls = Calls.confined()) {
      for (int pid : pids) {
        if (pid > 0 && pid != ourselves) { // 0: of a pid namespace out of sight
          calls.attempt(Syscall.KILL, pid, SIGKILL);
        }
      }
    }
  }

  private static List<Cgroup.Placed> below(String directory, Hierarchy hierarchy) {
    var all = new ArrayList<Cgroup.Placed>();
    for (String name : Directories.children(directory)) {
      String child = directory + "/" + name;
      all.addAll(below(child, hierarchy));
      all.add(new Cgroup.Placed(child, hierarchy.v2(), hierarchy.controllers()));
    }
    return all;
  }

  private static String lastName(Cgroup.Placed placed) {
    return placed.path().substring(placed.path().lastIndexOf('/') + 1);
  }
}
