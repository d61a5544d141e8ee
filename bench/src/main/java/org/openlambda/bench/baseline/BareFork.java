package org.openlambda.bench.baseline;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// The limit of making sandboxes: Python processes with the imports of the platform's zygote that
/// fork children which end at once, and wait for them; no isolation, no control groups, no links.
/// With two of them both cores fork.
public final class BareFork implements AutoCloseable, Spender {
  private final List<Parent> parents = new ArrayList<>();

  private record Parent(Process process, BufferedReader said, BufferedWriter told) {}

  /// Starts them and waits until they have imported.
  ///
  /// @param processes how many fork at once
  public static BareFork start(Workspace space, int processes) throws IOException {
    Path zygote =
        Path.of(System.getProperty("openlambda.home", ""), "libexec/runtimes/python/zygote.py");
    var all = new BareFork();
    try {
      String script = space.script("fork.py").toString();
      for (int i = 0; i < processes; i++) {
        Process process =
            new ProcessBuilder(FreshPython.PYTHON, "-I", "-S", "-E", script, zygote.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = process.inputReader(StandardCharsets.UTF_8);
        all.parents.add(new Parent(process, said, process.outputWriter(StandardCharsets.UTF_8)));
      }
      for (Parent parent : all.parents) {
        if (!"ready".equals(parent.said.readLine())) {
          throw new IOException("the baseline that forks did not start");
        }
      }
      return all;
    } catch (IOException e) {
      all.close();
      throw e;
    }
  }

  /// Forks for so long; a child that ended is an answer.
  public Load round(Duration length) throws IOException {
    long start = System.nanoTime();
    for (Parent parent : parents) {
      parent.told.write(length.toNanos() / 1e9 + "\n");
      parent.told.flush();
    }
    var recorder = new Recorder(start, length.toNanos());
    for (Parent parent : parents) {
      String line = parent.said.readLine();
      if (line == null) {
        throw new IOException("the baseline that forks ended");
      }
      long at = start;
      for (String took : line.split(" ")) {
        long end = at + Long.parseLong(took);
        recorder.answered(at, end, 200, true);
        at = end;
      }
    }
    return recorder.toLoad(false);
  }

  @Override
  public Map<String, Long> cpuMicros() {
    long micros =
        parents.stream()
            .mapToLong(
                p -> Spender.tree("all", p.process.pid()).cpuMicros().getOrDefault("all", 0L))
            .sum();
    return Map.of("baseline", micros);
  }

  @Override
  public void close() {
    for (Parent parent : parents) {
      parent.process.destroy();
      try {
        parent.process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
