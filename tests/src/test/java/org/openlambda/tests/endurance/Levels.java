package org.openlambda.tests.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// How much of everything a server holds while nobody calls.
///
/// @param waiting sandboxes that wait for work: their number follows demand, so all else is
///   compared at an equal number of them
/// @param of each kind: processes, control groups, namespaces, mounts, files below the state
///   folder, open descriptors
record Levels(int waiting, Map<String, Long> of) {
  private static final Pattern QUIET = Pattern.compile("(\\d+) sandboxes wait for work; 0 calls.*");
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long PAUSE_NANOS = 50_000_000;

  /// So many looks in a row that are the same are no coincidence.
  private static final int LOOKS = 4;

  Levels {
    of = Map.copyOf(of);
  }

  /// What is held once it changes no more and nothing runs or is idle.
  ///
  /// @throws AssertionError if it is not quiet within 15 s
  static Levels whenQuiet(Server server, Http http) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String debug = "";
    Levels last = new Levels(-1, Map.of());
    int same = 0;
    while (System.nanoTime() - end < 0) {
      debug = http.get("/debug").body().strip();
      Matcher quiet = QUIET.matcher(debug);
      boolean calm = quiet.matches();
      Levels now = calm ? look(server, Integer.parseInt(quiet.group(1))) : new Levels(-1, Map.of());
      same = calm && now.equals(last) ? same + 1 : 0;
      last = now;
      if (same == LOOKS) {
        return now;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError("not quiet after " + PATIENCE + ": " + last + "; " + debug);
  }

  private static Levels look(Server server, int waiting) throws IOException {
    Footprint footprint = server.footprint();
    var of = new LinkedHashMap<String, Long>();
    of.put("processes", (long) footprint.processes().size());
    of.put("control groups", (long) footprint.groups().size());
    of.put("namespaces", namespaces(footprint));
    of.put("mounts", (long) Footprint.mountsBelow(server.state()).size());
    of.put("files", filesBelow(server.state()));
    of.put("descriptors", (long) footprint.openFiles());
    return new Levels(waiting, of);
  }

  private static long namespaces(Footprint footprint) {
    Set<String> found = new HashSet<>();
    for (Footprint.Living process : footprint.processes()) {
      try (Stream<Path> kinds = Files.list(Path.of("/proc/" + process.pid() + "/ns"))) {
        for (Path kind : (Iterable<Path>) kinds::iterator) {
          found.add(Files.readSymbolicLink(kind).toString());
        }
      } catch (IOException _) {
        // it ended meanwhile: the next look differs
      }
    }
    return found.size();
  }

  private static long filesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.count();
    } catch (IOException | java.io.UncheckedIOException _) {
      return -1; // one was deleted meanwhile: the next look differs
    }
  }
}
