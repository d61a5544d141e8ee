package org.openlambda.bench.baseline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Spawn;

/// The classic cold call (CGI): a process started for it that reads the event, answers and ends;
/// one after another. Started by posix_spawn, not by the JVM's slower way. With a command in front
/// it is a container: `bwrap … python3`.
public final class FreshPython {
  /// The interpreter that functions get too.
  public static final String PYTHON = "/usr/bin/python3";

  private final List<String> command;

  private FreshPython(List<String> command) {
    this.command = command;
  }

  /// @param function its folder
  public static FreshPython plain(Workspace space, Path function) throws IOException {
    return new FreshPython(
        List.of(
            PYTHON, "-I", "-S", "-E", space.script("fresh.py").toString(), function.toString()));
  }

  /// The same in a container of its own: every namespace that bubblewrap can make, a read-only
  /// root. Closest to what a sandbox of ours is, of what is started by a command.
  ///
  /// @param bwrap the path of bubblewrap
  public FreshPython in(Path bwrap) {
    var all =
        new ArrayList<>(
            List.of(bwrap.toString(), "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/"));
    all.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--cap-drop", "ALL", "--"));
    all.addAll(command);
    return new FreshPython(all);
  }

  /// Calls one after another for so long.
  public Load round(Duration length) throws IOException {
    long start = System.nanoTime();
    var recorder = new Recorder(start, length.toNanos());
    for (long now = start; now - start < length.toNanos(); now = System.nanoTime()) {
      String answer = call();
      long end = System.nanoTime();
      recorder.answered(now, end, 200, answer.equals(Workspace.ANSWER));
    }
    return recorder.toLoad(false);
  }

  /// Starts the interpreter, gives it the event, reads its answer to the end.
  private String call() throws IOException {
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      int pid =
          new Spawn(command.getFirst(), command.subList(1, command.size()), Map.of(), Map.of())
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
