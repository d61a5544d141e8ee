package org.openlambda.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Spawn;

/// The first call of functions that were never called, through HTTP, by one client; against a fresh
/// `python3 -I -S -E` per call that answers the same handler. The two take turns in rounds, so that
/// both see the same machine. The baseline is started with posix_spawn, not by the JVM's slower
/// way.
final class ColdBench {
  private static final int ROUND = 20;
  private static final int BASELINE_ROUND = 5;

  /// The server fetches the code of functions ahead of their first call; it may do so here too.
  private static final long SETTLE_MILLIS = 2_000;

  private static final String PYTHON = "/usr/bin/python3";

  private final List<String> ol;
  private final int functions;
  private final Progress progress;

  ColdBench(List<String> ol, int functions, Progress progress) {
    this.ol = ol;
    this.functions = functions;
    this.progress = progress;
  }

  Row run() throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      var paths = new ArrayList<Path>();
      for (int i = 0; i < functions; i++) {
        paths.add(space.function("cold-" + i, i));
      }
      Path fresh = space.script("fresh.py");
      try (var server = ServerProcess.start(ol, space.functions(), List.of());
          var caller = new Caller(server.address())) {
        Thread.sleep(SETTLE_MILLIS + 4L * functions);
        return measure(paths, fresh, caller);
      }
    }
  }

  private Row measure(List<Path> paths, Path fresh, Caller caller) throws IOException {
    var ours = new Histogram(3);
    var baseline = new Histogram(3);
    long errors = 0;
    long baselineErrors = 0;
    for (int i = 0; i < 3; i++) {
      runFresh(fresh, paths.getFirst());
    }
    for (int i = 0; i < paths.size(); i++) {
      byte[] request = Caller.request("/run/" + paths.get(i).getFileName(), Workspace.BODY);
      long start = System.nanoTime();
      String answer = caller.call(request);
      ours.recordValue(System.nanoTime() - start);
      errors += Workspace.isAnswer(answer) ? 0 : 1;
      if (i % ROUND == ROUND - 1) {
        for (int k = 0; k < BASELINE_ROUND; k++) {
          long from = System.nanoTime();
          String said = runFresh(fresh, paths.get(i));
          baseline.recordValue(System.nanoTime() - from);
          baselineErrors += Workspace.isAnswer(said) ? 0 : 1;
        }
        progress.at(i + 1, paths.size());
      }
    }
    var cold = Figures.of("cold, 1 client", ours, sum(ours), errors);
    var python = Figures.of("fresh python3 -I -S -E", baseline, sum(baseline), baselineErrors);
    return new Row(cold, python, python.p50Ms() / cold.p50Ms(), "p50 of baseline / p50 of ours");
  }

  private static long sum(Histogram nanos) {
    return (long) (nanos.getMean() * nanos.getTotalCount());
  }

  /// Starts the interpreter, gives it the event, reads its answer to the end.
  private static String runFresh(Path script, Path function) throws IOException {
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      int pid =
          Spawn.of(PYTHON, "-I", "-S", "-E", script.toString(), function.toString())
              .withDescriptor(0, in.read())
              .withDescriptor(1, out.write())
              .start();
      out.write().close();
      in.write().writeFully(Workspace.BODY.getBytes(StandardCharsets.UTF_8));
      in.write().close();
      String answer = new String(out.read().readToEnd(), StandardCharsets.UTF_8);
      ChildExit.waitFor(pid);
      return answer;
    }
  }
}
