package org.openlambda.linux.cgroup;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.KernelFile;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.ProcessCalls;

/// A first process and its descendants, found by following `/proc/PID/task/TID/children`: what
/// stands in for the controllers that a machine does not give us. Weaker than those in that it
/// looks now and then, while a controller is asked by the kernel at every step:
///
/// - memory that no process has mapped (`memfd_create`, pipes, sockets) is not seen, nor is what is
///   taken and given back between two looks;
/// - the time of processes that nobody waited for is lost when they end.
///
/// *Threads*: any; one at a time is served. *Cost*: 30 to 50 µs for each process.
final class ProcessTree implements AutoCloseable {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  /// Processes looked at; a tree of more is a fork bomb, which RLIMIT_NPROC holds.
  private static final int MOST = 4_096;

  /// How often a stopped tree is searched for processes that were born meanwhile.
  private static final int ROUNDS = 8;

  /// `USER_HZ`, in which `proc_pid_stat(5)` counts, is 100 on every architecture with one.
  private static final long MICROS_PER_TICK = 10_000;

  /// Fields 16 and 17 of `stat` are the time of children waited for; 14 are behind the name.
  private static final int FIRST_FIELD_OF_CHILDREN = 13;

  private static final Pattern NAMESPACES = Pattern.compile("(?m)^NSpid:((?:\\s+\\d+)+)$");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^Rss(?:Anon|Shmem):\\s+(\\d+) kB");
  private static final Pattern SHARED_OUT =
      Pattern.compile("(?m)^Pss_(?:Anon|Shmem):\\s+(\\d+) kB");

  private final PidFd first;
  private final int pid;

  /// In how many pid namespaces the first process has a number, from ours down to its own.
  private final int depth;

  /// Everything below is guarded by this.
  private long memoryLimit = Long.MAX_VALUE;

  private int processLimit;
  private long cpuMicros;
  private long peakBytes;
  private long highestResident;
  private int oomKills;
  private boolean stopped;
  private boolean closed;

  /// @param process its first process; stays the caller's
  ProcessTree(PidFd process) {
    first = process.copy();
    pid = first.pid();
    depth = depth(pid);
  }

  /// Whether the first process and, as it is the first of its pid namespace, all others are gone.
  synchronized boolean hasEnded() {
    return closed || !first.signal(0);
  }

  /// Ends all of it.
  synchronized void kill() {
    if (!closed) {
      first.signal(PidFd.SIGKILL);
    }
  }

  /// Sets how much [#look] lets pass.
  synchronized void limitMemory(long bytes) {
    memoryLimit = bytes;
  }

  /// Sets how many processes and threads the user of this user namespace may have (`RLIMIT_NPROC`,
  /// which is counted for each namespace). Can only be lowered. Does nothing to a tree without
  /// namespaces of its own, whose user may have many others.
  synchronized void limitProcesses(int most) {
    if (depth > 1 && processLimit != most) {
      ProcessCalls.limitProcesses(pid, most);
      processLimit = most;
    }
  }

  /// Takes note of what is used now, and kills all if that is more memory than the limit.
  ///
  /// @return whether there is anything left to look at
  synchronized boolean look() {
    if (hasEnded()) {
      return false;
    }
    if (stopped) {
      return true;
    }
    List<Integer> all = pids();
    long cpu = all.stream().mapToLong(ProcessTree::cpuOf).sum();
    cpuMicros = Math.max(cpuMicros, cpu);
    long resident = all.stream().mapToLong(one -> kilobytes(one, "status", RESIDENT)).sum();
    if (resident > highestResident || resident > memoryLimit) {
      highestResident = Math.max(highestResident, resident);
      long own = ownBytes(all);
      peakBytes = Math.max(peakBytes, own);
      if (own > memoryLimit) {
        oomKills++;
        kill();
      }
    }
    return true;
  }

  synchronized long cpuMicros() {
    look();
    return cpuMicros;
  }

  /// As far as it was seen by a look; [#cpuMicros] is one.
  synchronized long peakBytes() {
    return peakBytes;
  }

  synchronized long bytes() {
    return hasEnded() ? 0 : ownBytes(pids());
  }

  synchronized int oomKills() {
    return oomKills;
  }

  synchronized int processes() {
    return hasEnded() ? 0 : pids().size();
  }

  /// Stops every process; whoever is born meanwhile is found in the next round.
  synchronized void stop() {
    if (hasEnded()) {
      return;
    }
    stopped = true;
    int before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<Integer> all = pids();
      all.forEach(one -> signal(one, SIGSTOP));
      if (all.size() == before) {
        return;
      }
      before = all.size();
    }
  }

  synchronized void goOn() {
    stopped = false;
    if (hasEnded()) {
      return;
    }
    pids().forEach(one -> signal(one, SIGCONT));
  }

  /// A number that was a process of ours could be another's by now: so the handle is opened first,
  /// and the signal sent if that number is as deep in pid namespaces as ours are.
  private void signal(int one, int number) {
    if (one == pid) {
      first.signal(number);
      return;
    }
    try (PidFd process = PidFd.open(one)) {
      if (depth(one) == depth) {
        process.signal(number);
      }
    } catch (LinuxException gone) {
      // between the list and here
    }
  }

  private static int depth(int process) {
    Matcher numbers = NAMESPACES.matcher(read("/proc/" + process + "/status"));
    return numbers.find() ? numbers.group(1).strip().split("\\s+").length : 0;
  }

  private List<Integer> pids() {
    var all = new ArrayList<Integer>();
    collect(pid, all);
    return all;
  }

  private static void collect(int process, List<Integer> into) {
    if (into.size() >= MOST) {
      return;
    }
    into.add(process);
    String tasks = "/proc/" + process + "/task";
    String[] threads = new File(tasks).list();
    for (String thread : threads == null ? new String[0] : threads) { // null: it is gone
      String children = read(tasks + "/" + thread + "/children").strip();
      for (String child : children.isEmpty() ? new String[0] : children.split(" ")) {
        collect(Integer.parseInt(child), into);
      }
    }
  }

  private static long cpuOf(int process) {
    long micros = ProcessCalls.cpuMicros(process);
    String stat = read("/proc/" + process + "/stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    if (fields.length <= FIRST_FIELD_OF_CHILDREN + 1) {
      return micros;
    }
    return micros
        + MICROS_PER_TICK
            * (Long.parseLong(fields[FIRST_FIELD_OF_CHILDREN])
                + Long.parseLong(fields[FIRST_FIELD_OF_CHILDREN + 1]));
  }

  /// What is not shared with the zygote or other sandboxes; 0.1 to 1 ms for each process.
  private static long ownBytes(List<Integer> all) {
    return all.stream().mapToLong(one -> kilobytes(one, "smaps_rollup", SHARED_OUT)).sum();
  }

  private static long kilobytes(int process, String file, Pattern line) {
    return line.matcher(read("/proc/" + process + "/" + file))
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum()
        * 1024;
  }

  /// A file of a process; empty if that is gone.
  private static String read(String path) {
    try {
      return KernelFile.read(path);
    } catch (LinuxException gone) {
      return "";
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    first.close();
  }
}
