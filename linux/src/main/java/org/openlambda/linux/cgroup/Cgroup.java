package org.openlambda.linux.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.fd.OpenGauges;
import org.openlambda.linux.process.PidFd;

/// One group: a directory in each hierarchy in use, seen as one thing. Made by [Cgroups]. What no
/// controller of this machine does is done by looking at the processes ([ProcessTree]), as far as
/// that goes, from [#begin] on.
///
/// **Removed by somebody else.** An administrator or a service manager may kill what is in a group
/// and remove it. Its counters then stay where they were, and [#thaw] has nothing to do.
///
/// *Threads*: any; two writers of the limits take turns. Nothing waits but [#adopt(int)]. *Cost*: 5
/// to 10 µs for each file read or written.
public final class Cgroup {
  private final String name;
  private final List<Placed> directories;
  private final MemoryControl memory;
  private final CpuLimit cpuLimit;
  private final CpuMeter cpuMeter;
  private final @Nullable Placed pids;
  private final FreezeControl freezer;

  private final MemoryWatch watch;
  private final OpenGauges gauges;

  /// What the counters showed last.
  private volatile long lastCpuMicros;

  private volatile long lastPeakBytes;
  private volatile long lastOomKills;

  /// What the kernel has been told; guarded by this.
  private @Nullable GroupLimits current;

  /// Null before [#begin], and where every controller is there.
  private volatile @Nullable ProcessTree tree;

  /// @param directories that exist already
  /// @param watch of trees whose memory no controller limits
  /// @param gauges allowance for files that stay open
  Cgroup(String name, List<Placed> directories, MemoryWatch watch, OpenGauges gauges) {
    this.name = name;
    this.watch = watch;
    this.gauges = gauges;
    this.directories = List.copyOf(directories);
    @Nullable Placed memoryAt = with(Controller.MEMORY);
    @Nullable Placed cpuAt = with(Controller.CPU);
    @Nullable Placed accountAt = with(Controller.CPUACCT);
    @Nullable Placed freezerAt = with(Controller.FREEZER);
    @Nullable String unified = unified();
    pids = with(Controller.PIDS);
    memory =
        memoryAt == null
            ? new MemoryControl.Absent()
            : memoryAt.v2()
                ? new MemoryControl.V2(memoryAt.path(), gauges)
                : new MemoryControl.V1(memoryAt.path(), gauges);
    cpuLimit =
        cpuAt == null
            ? new CpuLimit.Absent()
            : cpuAt.v2() ? new CpuLimit.V2(cpuAt.path()) : new CpuLimit.V1(cpuAt.path());
    cpuMeter =
        accountAt != null
            ? new CpuMeter.V1(accountAt.path(), gauges)
            : unified != null ? new CpuMeter.V2(unified, gauges) : new CpuMeter.Absent();
    freezer =
        unified != null
            ? new FreezeControl.V2(unified)
            : freezerAt != null
                ? new FreezeControl.V1(freezerAt.path())
                : new FreezeControl.Absent();
  }

  /// A directory of a group.
  ///
  /// @param controllers those that work on it
  record Placed(String path, boolean v2, Set<Controller> controllers) {}

  /// Its last name, without the groups above.
  public String name() {
    return name;
  }

  /// Tells of the first process in the group, whose descendants all others will be; it has to be
  /// the first of a pid namespace. Once, before its limits are set for what it is to run.
  ///
  /// @param first stays the caller's
  public void begin(PidFd first) {
    if (!memory.isThere() || !cpuMeter.isThere() || !freezer.isThere() || pids == null) {
      tree = new ProcessTree(first);
    }
  }

  /// The v1 `tasks` files, opened for writing: a process that writes `0` to each has joined, in
  /// about 10 µs each. The caller sends them to it and closes them. Empty on a machine with v2
  /// only.
  public List<Fd> joinDescriptors() {
    var files = new ArrayList<Fd>();
    try {
      for (Placed directory : directories) {
        if (!directory.v2()) {
          files.add(Fd.openPath(directory.path() + "/tasks", Fd.O_WRONLY));
        }
      }
      return files;
    } catch (RuntimeException failure) {
      files.forEach(Fd::close);
      throw failure;
    }
  }

  /// The v2 directory, for `clone3(CLONE_INTO_CGROUP)`; the caller closes it. Empty without v2.
  public Optional<Fd> cloneInto() {
    return Optional.ofNullable(unified()).map(p -> Fd.openPath(p, Fd.O_PATH, Fd.O_DIRECTORY));
  }

  /// Moves a process and all its descendants in, by their pids. *Blocking*, 7 to 300 ms each: only
  /// for what is started once, such as a zygote. It must not be starting processes meanwhile.
  ///
  /// @throws LinuxException with `ESRCH` if the process is gone
  public void adopt(int pid) {
    for (Placed directory : directories) {
      KernelFile.write(directory.path() + "/cgroup.procs", Integer.toString(pid));
    }
    String children = KernelFile.read("/proc/" + pid + "/task/" + pid + "/children").strip();
    for (String child : children.isEmpty() ? new String[0] : children.split(" ")) {
      adopt(Integer.parseInt(child));
    }
  }

  /// Sets the limits, as far as they differ from those set before; also for a group with processes.
  ///
  /// @throws LinuxException with `EBUSY` (v1) if the group has more memory than that already
  public synchronized void limit(GroupLimits limits) {
    @Nullable GroupLimits before = current;
    if (before == null || before.memoryBytes() != limits.memoryBytes()) {
      memory.limit(limits.memoryBytes(), before == null ? 0 : before.memoryBytes());
    }
    if (pids != null && (before == null || before.processes() != limits.processes())) {
      KernelFile.write(pids.path() + "/pids.max", Integer.toString(limits.processes()));
    }
    if (before == null || before.cpus() != limits.cpus()) {
      cpuLimit.limit(limits.cpus());
    }
    current = limits;
    @Nullable ProcessTree processes = tree;
    if (processes != null) {
      stand(processes, limits);
    }
  }

  private void stand(ProcessTree in, GroupLimits limits) {
    if (pids == null) {
      in.limitProcesses(limits.processes());
    }
    if (!memory.isThere()) {
      in.limitMemory(limits.memoryBytes());
      watch.watch(in);
    }
  }

  /// What stands in for a controller that is not there; null if it is, or has nothing to look at.
  private @Nullable ProcessTree without(boolean isThere) {
    return isThere ? null : tree;
  }

  /// Processor time of all that were ever in the group, in microseconds.
  public long cpuMicros() {
    @Nullable ProcessTree in = without(cpuMeter.isThere());
    lastCpuMicros = in == null ? unlessGone(cpuMeter::micros, lastCpuMicros) : in.cpuMicros();
    return lastCpuMicros;
  }

  /// Memory now, in bytes: of the processes, of tmpfs files and of the page cache they caused.
  public long memoryBytes() {
    @Nullable ProcessTree in = without(memory.isThere());
    return in == null ? memory.bytes() : in.bytes();
  }

  /// The most [#memoryBytes()] since the group was made.
  public long peakMemoryBytes() {
    @Nullable ProcessTree in = without(memory.isThere());
    lastPeakBytes = in == null ? unlessGone(memory::peakBytes, lastPeakBytes) : in.peakBytes();
    return lastPeakBytes;
  }

  /// How often a process of this group was killed because of its memory limit.
  public long oomKills() {
    @Nullable ProcessTree in = without(memory.isThere());
    lastOomKills = in == null ? unlessGone(memory::oomKills, lastOomKills) : in.oomKills();
    return lastOomKills;
  }

  private static long unlessGone(LongSupplier counter, long last) {
    try {
      return counter.getAsLong();
    } catch (LinuxException failure) {
      if (failure.isGone()) {
        return last;
      }
      throw failure;
    }
  }

  /// Processes and threads now; without the pids controller processes only.
  public int processes() {
    if (pids != null) {
      return (int) Directories.number(pids.path(), "pids.current");
    }
    @Nullable ProcessTree in = tree;
    return in == null ? 0 : in.processes();
  }

  /// Gives back the files that its counters keep open; reading them opens them again.
  private void rest() {
    memory.rest();
    cpuMeter.rest();
  }

  /// Stops all processes where they are, soon after. A frozen v2 group can be killed. Where open
  /// files are scarce it keeps none until its counters are read.
  public void freeze() {
    if (gauges.areScarce()) {
      rest();
    }
    @Nullable ProcessTree in = without(freezer.isThere());
    if (in == null) {
      freezer.freeze();
    } else {
      in.stop();
    }
  }

  /// Lets them go on.
  public void thaw() {
    @Nullable ProcessTree in = without(freezer.isThere());
    if (in != null) {
      in.goOn();
      return;
    }
    try {
      freezer.thaw();
    } catch (LinuxException failure) {
      if (!failure.isGone()) {
        throw failure;
      }
    }
  }

  /// Kills every process in the group and below (`cgroup.kill`); where there is no v2 hierarchy,
  /// the first process and so its pid namespace, if that is known. The group is to be removed then,
  /// never used again: the kernel kills whatever is cloned into it later.
  public void kill() {
    @Nullable String path = unified();
    if (path != null) {
      KernelFile.write(path + "/cgroup.kill", "1");
      return;
    }
    @Nullable ProcessTree in = tree;
    if (in != null) {
      in.kill();
    }
  }

  /// Removes the group. The dead take some milliseconds to leave it; ask again later.
  ///
  /// @return whether it is gone
  public boolean remove() {
    @Nullable ProcessTree in = tree;
    if (in != null && !in.hasEnded()) {
      return false;
    }
    for (Placed directory : directories) {
      if (!Directories.remove(directory.path())) {
        return false;
      }
    }
    rest();
    tree = null;
    if (in != null) {
      watch.forget(in);
      in.close();
    }
    return true;
  }

  /// The pids of its processes, in all hierarchies.
  Set<Integer> pids() {
    var all = new TreeSet<Integer>();
    for (Placed directory : directories) {
      all.addAll(Directories.processes(directory.path()));
    }
    return all;
  }

  /// Lets a user clone processes into the group: its `cgroup.procs` becomes theirs.
  void allowCloning(int uid) {
    @Nullable String path = unified();
    if (path != null) {
      Directories.chown(path + "/cgroup.procs", uid);
    }
  }

  @Override
  public String toString() {
    return directories.stream().map(Placed::path).toList().toString();
  }

  private @Nullable Placed with(Controller controller) {
    for (Placed directory : directories) {
      if (directory.controllers().contains(controller)) {
        return directory;
      }
    }
    return null;
  }

  private @Nullable String unified() {
    for (Placed directory : directories) {
      if (directory.v2()) {
        return directory.path();
      }
    }
    return null;
  }
}
