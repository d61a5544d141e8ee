package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What this machine has that a worker could leave behind: mounts, control groups, processes. Other
/// workers may come and go meanwhile, so groups and uids count if they are of the worker watched.
final class Leftovers {
  private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+(\\d+)");
  private static final Pattern GROUP = Pattern.compile("/(openlambda-[0-9a-f]{8})");

  /// Host uids of sandboxes start here.
  private static final int FIRST_UID = 300_000;

  /// Uids of one worker.
  private static final int RANGE = 16_384;

  /// Uids of control runs start here; none of those may be left either.
  private static final int FIRST_CONTROL_UID = 2_147_400_000;

  private final Set<String> mounts;
  private final Set<String> groupNames = new HashSet<>();
  private final Set<Integer> ranges = new HashSet<>();

  private Leftovers(Set<String> mounts) {
    this.mounts = mounts;
  }

  /// What is there now.
  static Leftovers now() throws IOException {
    return new Leftovers(mounts());
  }

  /// Takes note of the groups and of the uid range of a stage's worker, which still runs.
  void alsoWatch(Stage stage) throws IOException {
    for (int launcher : stage.worker().zygotes()) {
      for (ProcessHandle process :
          ProcessHandle.of(launcher).stream().flatMap(ProcessHandle::descendants).toList()) {
        int uid = uid(process.pid());
        if (uid >= FIRST_UID) {
          ranges.add((uid - FIRST_UID) / RANGE);
        }
        GROUP
            .matcher(read("/proc/" + process.pid() + "/cgroup"))
            .results()
            .forEach(found -> groupNames.add(found.group(1)));
      }
    }
    assertThat(ranges).as("uid ranges of the worker").isNotEmpty();
    assertThat(groupNames).as("control groups of the worker").isNotEmpty();
  }

  /// Everything that was made since is gone.
  void assertNothingNew() throws IOException {
    Set<String> now = mounts();
    now.removeAll(mounts);
    assertThat(now).as("mounts left behind").isEmpty();
    assertThat(groups()).as("control groups left behind").isEmpty();
    assertThat(processes()).as("processes left behind").isEmpty();
  }

  private List<String> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> {
          int uid = uid(process.pid());
          return uid >= FIRST_CONTROL_UID
              || (uid >= FIRST_UID && ranges.contains((uid - FIRST_UID) / RANGE));
        })
        .map(process -> process.pid() + " " + read("/proc/" + process.pid() + "/cmdline"))
        .toList();
  }

  private List<Path> groups() throws IOException {
    var found = new ArrayList<Path>();
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      List<Path> places =
          Stream.concat(hierarchies, Stream.of(Path.of("/sys/fs/cgroup")))
              .filter(Files::isDirectory)
              .toList();
      for (Path place : places) {
        groupNames.stream().map(place::resolve).filter(Files::isDirectory).forEach(found::add);
        try (var controls = Files.newDirectoryStream(place, "openlambda-control-*")) {
          controls.forEach(found::add);
        }
      }
    }
    return found;
  }

  private static Set<String> mounts() throws IOException {
    return new TreeSet<>(Files.readAllLines(Path.of("/proc/self/mountinfo")));
  }

  /// The real uid of a process; -1 if it is gone.
  private static int uid(long pid) {
    var found = UID.matcher(read("/proc/" + pid + "/status"));
    return found.find() ? Integer.parseInt(found.group(1)) : -1;
  }

  /// A file of a process; empty if the process is gone.
  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (java.nio.file.NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
