package org.openlambda.linux.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.fd.KernelFile;

/// The place of one zygote in the v2 hierarchy: a group without processes that holds the zygote's
/// own group, `self`, and the groups of its sandboxes.
///
/// Who clones a process into a group (`CLONE_INTO_CGROUP`) has to be allowed to write
/// `cgroup.procs` of that group and of the nearest group that contains both it and the cloner
/// (`cgroup-v2.rst`, "Delegation Containment"). The zygote has no privileges, so these files are
/// its user's. The limits are not: those files stay root's.
///
/// Groups in v1 hierarchies need none of that and lie where all others do. Without v2 this is only
/// a name.
public final class ZygoteGroup {
  private final Cgroups cgroups;
  private final @Nullable String directory;
  private final String name;
  private final int uid;
  private final Set<Controller> controllers;
  private final Cgroup self;

  ZygoteGroup(Cgroups cgroups, Optional<Hierarchy> unified, String name, int uid) {
    this.cgroups = cgroups;
    this.name = name;
    this.uid = uid;
    this.directory = unified.map(h -> h.parent() + "/" + name).orElse(null);
    if (directory == null) {
      controllers = Set.of();
      self = cgroups.group("self", List.of());
      return;
    }
    this.controllers = unified.orElseThrow().controllers();
    self =
        cgroups.group("self", List.of(new Cgroup.Placed(directory + "/self", true, controllers)));
    try {
      restore();
    } catch (RuntimeException failure) {
      Directories.remove(directory);
      throw failure;
    }
  }

  /// Makes what of it is not there: somebody may have removed it, and the parents of all groups
  /// with it. Groups of sandboxes are not made again.
  public void restore() {
    cgroups.restore();
    if (directory != null) {
      Directories.makeIfMissing(directory);
      Hierarchy.enable(directory, controllers);
      Directories.chown(directory + "/cgroup.procs", uid);
      Directories.makeIfMissing(directory + "/self");
    }
  }

  /// As given to [Cgroups#zygoteGroup].
  public String name() {
    return name;
  }

  /// Where the zygote itself belongs, without limits: [Cgroup#adopt(int)] moves it in.
  public Cgroup self() {
    return self;
  }

  /// Makes a group with limits that the zygote may clone into.
  ///
  /// @param childName of no other group, without `/`
  public Cgroup child(String childName, GroupLimits limits) {
    Cgroup group = cgroups.make(childName, directory);
    try {
      group.limit(limits);
      group.allowCloning(uid);
      return group;
    } catch (RuntimeException failure) {
      group.remove();
      throw failure;
    }
  }

  /// Kills the zygote and all its sandboxes at once; does nothing without v2. Nothing here may be
  /// used again but to remove it.
  public void kill() {
    if (directory != null) {
      KernelFile.write(directory + "/cgroup.kill", "1");
    }
  }

  /// Removes it; the groups of the sandboxes have to be removed before.
  ///
  /// @return whether it is gone; the dead take some milliseconds to leave, ask again later
  public boolean remove() {
    return directory == null || (self.remove() && Directories.remove(directory));
  }

  @Override
  public String toString() {
    return directory == null ? name : directory;
  }
}
