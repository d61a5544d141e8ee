package org.openlambda.tests.endurance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openlambda.tests.Server;

/// Memory of a server over its work.
final class MemoryWatch {
  private static final Pattern USED =
      Pattern.compile("(?:DefNew|Tenured) +total \\d+K, used (\\d+)K");

  private final Server server;
  private final Map<Kind, List<Slope.Point>> points = new EnumMap<>(Kind.class);

  /// What is measured, in bytes.
  enum Kind {
    /// Resident memory of the server's process.
    RESIDENT,
    /// Its Java heap after a full collection: what is reachable.
    HEAP,
    /// Resident memory of all zygotes together.
    ZYGOTES
  }

  MemoryWatch(Server server) {
    this.server = server;
    for (Kind kind : Kind.values()) {
      points.put(kind, new ArrayList<>());
    }
  }

  /// Looks now.
  ///
  /// @param done how much work was done, in the unit that slopes are given for
  void sample(double done) throws IOException, InterruptedException {
    long zygotes = 0;
    for (ProcessHandle zygote : new Kin(server).zygotes()) {
      zygotes += Server.residentBytes(zygote.pid());
    }
    add(Kind.HEAP, done, heapAfterCollection());
    add(Kind.RESIDENT, done, server.residentBytes());
    add(Kind.ZYGOTES, done, zygotes);
  }

  private void add(Kind kind, double done, long bytes) {
    points.getOrDefault(kind, List.of()).add(new Slope.Point(done, bytes));
  }

  private long heapAfterCollection() throws IOException, InterruptedException {
    jcmd("GC.run");
    String info = jcmd("GC.heap_info");
    long used = USED.matcher(info).results().mapToLong(r -> Long.parseLong(r.group(1))).sum();
    if (used == 0) {
      throw new IOException("GC.heap_info says nothing that is understood: " + info);
    }
    return used * 1024;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(server.pid()), command)
            .redirectErrorStream(true)
            .start();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(command + " failed: " + text);
      }
      return text;
    }
  }

  /// The samples of the second half: in the first one caches fill and code is compiled.
  private List<Slope.Point> settled(Kind kind) {
    List<Slope.Point> all = points.getOrDefault(kind, List.of());
    return all.subList(all.size() / 2, all.size());
  }

  /// Bytes for each unit of work, once it has settled.
  Slope slope(Kind kind) {
    return Slope.of(settled(kind));
  }

  /// `RESIDENT 140 → 152 MiB, +0.4 ± 1.2 KiB per unit`.
  String text(Kind kind) {
    List<Slope.Point> all = points.getOrDefault(kind, List.of());
    Slope slope = slope(kind);
    return "%-8s %6.1f → %6.1f MiB; second half %+.2f ± %.2f KiB per 1,000 sandboxes (%d samples)"
        .formatted(
            kind,
            all.getFirst().y() / (1 << 20),
            all.getLast().y() / (1 << 20),
            slope.perUnit() / 1024,
            slope.error() / 1024,
            settled(kind).size());
  }
}
