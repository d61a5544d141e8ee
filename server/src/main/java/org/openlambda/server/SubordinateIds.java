package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.openlambda.worker.sandbox.HostUids;

/// The ids beside their own that this user may use in a user namespace (`subuid(5)`).
record SubordinateIds(Range uids, Range gids) {
  /// @param first as the host calls it
  record Range(long first, long count) {}

  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin/newuidmap"), Path.of("/usr/bin/newgidmap"));

  /// Empty without the programs that map them (package `uidmap`), or without enough of them.
  static Optional<SubordinateIds> find() throws IOException {
    if (!PROGRAMS.stream().allMatch(Files::isExecutable)) {
      return Optional.empty();
    }
    String name = System.getProperty("user.name", "");
    String uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    return of(read(Path.of("/etc/subuid")), read(Path.of("/etc/subgid")), name, uid);
  }

  /// Reads lines `USER:FIRST:COUNT` of both files.
  ///
  /// @param uid as text: a line may begin with it instead of the name
  static Optional<SubordinateIds> of(String subuid, String subgid, String name, String uid) {
    Optional<Range> uids = first(subuid, name, uid);
    Optional<Range> gids = first(subgid, name, uid);
    return uids.flatMap(u -> gids.map(g -> new SubordinateIds(u, g)));
  }

  private static Optional<Range> first(String file, String name, String uid) {
    return file.lines()
        .map(line -> line.strip().split(":"))
        .filter(part -> part.length == 3 && (part[0].equals(name) || part[0].equals(uid)))
        .filter(part -> part[1].matches("\\d{1,10}") && part[2].matches("\\d{1,10}"))
        .map(part -> new Range(Long.parseLong(part[1]), Long.parseLong(part[2])))
        .filter(range -> range.count >= HostUids.PER_WORKER)
        .findFirst();
  }

  private static String read(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readString(file) : "";
  }

  /// For `libexec/rootless`.
  List<String> arguments() {
    long count = Math.min(uids.count, gids.count);
    return List.of("--uids", uids.first + ":" + count, "--gids", gids.first + ":" + count);
  }
}
