package org.openlambda.linux.cgroup;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.system.IdMap;
import org.openlambda.linux.system.Kernel;

/// Our part of the machine's groups: a parent of our own in every hierarchy in use, and the groups
/// below it.
///
///     v2    <parent>/<zygote>/self        the zygote
///           <parent>/<zygote>/<child>     its sandboxes
///           <parent>/<child>              others
///     v1    <hierarchy>/<parent>/<child>
///
/// *Threads*: any; nothing here changes after [#open]. Making a group takes 20 to 50 µs for
/// each hierarchy. [#open], [#killAndRemoveLeftovers()] and [#close()] are *blocking*.
public final class Cgroups implements AutoCloseable {
  private static final Set<Controller> LIMITING =
      Set.of(Controller.MEMORY, Controller.CPU, Controller.PIDS);
  private static final long RETRY_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final List<Hierarchy> hierarchies;
  private final MemoryWatch watch = new MemoryWatch();
  private final OpenGauges gauges;
  private final Leftovers leftovers;

  private Cgroups(List<Hierarchy> hierarchies, OpenGauges gauges) {
    this.hierarchies = List.copyOf(hierarchies);
    this.gauges = gauges;
    this.leftovers = new Leftovers(this.hierarchies, watch, gauges);
  }

  /// Looks what this machine has and makes the parent in each hierarchy used; one that is there
  /// already, a predecessor's, is taken over with its [#leftovers()].
  ///
  /// @param parentName of one running instance only, such as `openlambda-main`
  /// @param gauges allowance for files of counters that stay open, two for each group that runs
  /// @throws LinuxException if groups may be made but not as needed
  public static Cgroups open(String parentName, OpenGauges gauges) {
    checkName(parentName);
    List<CgroupMount> mounts =
        CgroupMount.parse(
            KernelFile.read("/proc/self/mountinfo"), KernelFile.read("/proc/self/cgroup"));
    var hierarchies = new ArrayList<Hierarchy>();
    try {
      place(mounts, parentName, hierarchies);
      return new Cgroups(hierarchies, gauges);
    } catch (RuntimeException failure) {
      hierarchies.forEach(Hierarchy::remove);
      throw failure;
    }
  }

  /// Without any: groups are names, and their processes are looked at.
  public static Cgroups none() {
    return new Cgroups(List.of(), new OpenGauges(0));
  }

  /// Takes each controller from v1 where v1 has it, otherwise from v2.
  private static void place(
      List<CgroupMount> mounts, String parentName, List<Hierarchy> hierarchies) {
    Set<Controller> inV1 = EnumSet.noneOf(Controller.class);
    for (CgroupMount mount : mounts) {
      for (Controller controller : Controller.values()) {
        if (mount.words().contains(controller.toString())) {
          inV1.add(controller);
        }
      }
    }
    Set<Controller> wanted = EnumSet.copyOf(LIMITING);
    wanted.removeAll(inV1);
    for (CgroupMount mount : mounts) {
      if (mount.v2()) {
        Hierarchy.v2(mount, parentName, wanted).ifPresent(hierarchies::add);
      }
    }
    if (!hierarchies.isEmpty()) {
      inV1.remove(Controller.FREEZER); // v2 freezes fifty times faster
    }
    // A process may join a v1 group only if whoever opened its `tasks` was root, or of its own uid.
    boolean joins = Kernel.isInInitialUserNamespace() || IdMap.ofUids().end() <= 1;
    for (CgroupMount mount : mounts) {
      if (!mount.v2() && joins) {
        Hierarchy.v1(mount, parentName, inV1).ifPresent(hierarchies::add);
      }
    }
  }

  /// What kind of groups are in use.
  public CgroupMode mode() {
    boolean v1 = hierarchies.stream().anyMatch(h -> !h.v2());
    boolean v2 = hierarchies.stream().anyMatch(Hierarchy::v2);
    return v1 ? (v2 ? CgroupMode.HYBRID : CgroupMode.V1) : v2 ? CgroupMode.V2 : CgroupMode.NONE;
  }

  /// Which of `memory`, `cpu` and `pids` cannot be limited here; empty if all is well.
  public List<String> missing() {
    return LIMITING.stream()
        .filter(c -> hierarchies.stream().noneMatch(h -> h.controllers().contains(c)))
        .map(Controller::toString)
        .sorted()
        .toList();
  }

  /// Makes a group with limits.
  ///
  /// @param name of no other group, without `/`
  /// @throws LinuxException with `EEXIST` if there is one of that name
  public Cgroup child(String name, GroupLimits limits) {
    Cgroup group = make(name, null);
    try {
      group.limit(limits);
      return group;
    } catch (RuntimeException failure) {
      group.remove();
      throw failure;
    }
  }

  /// Makes the place of a zygote, whose user may then clone processes into the groups in it.
  ///
  /// @param name of no other group, without `/`, such as `zygote-3`
  /// @param uid the zygote's user on the host
  public ZygoteGroup zygoteGroup(String name, int uid) {
    checkName(name);
    return new ZygoteGroup(this, unified(), name, uid);
  }

  /// The groups of a predecessor, those within others first; all groups, if any were made by us.
  public List<Cgroup> leftovers() {
    return leftovers.find();
  }

  /// Kills whatever is in [#leftovers()] and removes them.
  ///
  /// @return how many there were
  /// @throws LinuxException with `EBUSY` if processes have not died after 10 s
  public int killAndRemoveLeftovers() {
    return leftovers.killAndRemove(System.nanoTime() + PATIENCE_NANOS);
  }

  /// Removes the parent; the groups have to be removed before.
  ///
  /// @throws LinuxException with `EBUSY` if there still are groups after 10 s
  @Override
  public void close() {
    watch.close();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (Hierarchy hierarchy : hierarchies) {
      while (!hierarchy.remove()) {
        if (System.nanoTime() - deadline > 0) {
          throw new LinuxException(
              "rmdir " + hierarchy.parent(),
              Errno.EBUSY,
              "there still are groups in it: " + Directories.children(hierarchy.parent()));
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /// Makes the parents that somebody removed.
  void restore() {
    hierarchies.forEach(Hierarchy::restore);
  }

  /// Makes the directories of a group.
  ///
  /// @param under the v2 directory to make it in; null for the parent
  Cgroup make(String name, @Nullable String under) {
    checkName(name);
    var made = new ArrayList<Cgroup.Placed>();
    try {
      for (Hierarchy hierarchy : hierarchies) {
        String above = hierarchy.v2() && under != null ? under : hierarchy.parent();
        String directory = above + "/" + name;
        Directories.make(directory);
        made.add(new Cgroup.Placed(directory, hierarchy.v2(), hierarchy.controllers()));
      }
      return group(name, made);
    } catch (RuntimeException failure) {
      made.forEach(placed -> Directories.remove(placed.path()));
      throw failure;
    }
  }

  /// A group of these directories, which exist already.
  Cgroup group(String name, List<Cgroup.Placed> directories) {
    return new Cgroup(name, directories, watch, gauges);
  }

  private Optional<Hierarchy> unified() {
    return hierarchies.stream().filter(Hierarchy::v2).findFirst();
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\n")) {
      throw new IllegalArgumentException("not a name of a group: '" + name + "'");
    }
  }
}
