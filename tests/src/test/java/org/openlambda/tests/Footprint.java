package org.openlambda.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// What a server holds of the machine at one moment.
///
/// @param processes its descendants, each with its start time, as numbers are used again
/// @param openFiles of the server itself
/// @param groups directories of its control groups, in all hierarchies
public record Footprint(Set<Living> processes, int openFiles, Set<Path> groups) {
  private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

  /// A process that cannot be taken for a later one with the same number.
  ///
  /// @param start in ticks since boot, field 22 of `proc_pid_stat(5)`
  public record Living(long pid, String start) {}

  public Footprint {
    processes = Set.copyOf(processes);
    groups = Set.copyOf(groups);
  }

  static Footprint of(Server server) throws IOException {
    Set<Living> processes =
        ProcessHandle.of(server.pid()).stream()
            .flatMap(ProcessHandle::descendants)
            .map(process -> new Living(process.pid(), startOf(process.pid())))
            .filter(living -> !living.start().isEmpty())
            .collect(Collectors.toSet());
    return new Footprint(processes, filesOf(server.pid()), groupsOf(server.state()));
  }

  private static int filesOf(long pid) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return (int) files.count();
    }
  }

  private static String startOf(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    } catch (IOException _) {
      return "";
    }
  }

  /// The groups of the server with this state folder. Its parent group is named after the folder of
  /// its worker, so that the next start finds it.
  public static Set<Path> groupsOf(Path state) throws IOException {
    var sum = new CRC32();
    sum.update(
        state.resolve("worker").toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
    String name = "openlambda-%08x".formatted(sum.getValue());
    try (Stream<Path> hierarchies = Files.list(HIERARCHIES)) {
      return Stream.concat(Stream.of(HIERARCHIES), hierarchies)
          .map(hierarchy -> hierarchy.resolve(name))
          .filter(Files::isDirectory)
          .flatMap(Footprint::below)
          .collect(Collectors.toSet());
    }
  }

  /// A group and those below it. They come and go meanwhile: those that stay are all found.
  private static Stream<Path> below(Path group) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(group, Files::isDirectory)) {
      var all = new ArrayList<>(List.of(group));
      entries.forEach(entry -> below(entry).forEach(all::add));
      return all.stream();
    } catch (IOException | DirectoryIteratorException _) {
      return Stream.of(group); // it is being removed
    }
  }

  /// Groups of one sandbox each, counted once however many hierarchies there are.
  public long sandboxes() {
    return groups.stream()
        .map(group -> group.getFileName().toString())
        .filter(name -> name.startsWith("sandbox-"))
        .distinct()
        .count();
  }

  /// Those of its processes that still live.
  public List<Living> survivors() {
    return processes.stream()
        .filter(living -> startOf(living.pid()).equals(living.start()))
        .toList();
  }

  /// Lines of the machine's table of mounts that name this folder.
  public static List<String> mountsBelow(Path folder) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(folder.toString()))
        .toList();
  }
}
