package org.openlambda.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Exec;
import org.openlambda.linux.process.Spawn;

/// Makes an ordinary user root of a user namespace: this program is started again in one, as the
/// same process, by `libexec/rootless`, which says in one sentence why if there is none to be had.
final class Rootless {
  /// Says in the environment that this has been done, so that it is done once.
  private static final String DONE = "OPENLAMBDA_ROOTLESS";

  private Rootless() {}

  /// Only returns by failing, or if it has been done already.
  static void enter() throws IOException {
    if (System.getenv(DONE) != null) {
      return;
    }
    Path program = Installation.home().resolve("libexec/rootless");
    var arguments = new ArrayList<String>();
    SubordinateIds.find().ifPresent(ids -> arguments.addAll(ids.arguments()));
    arguments.add("--");
    arguments.addAll(commandLine());
    var environment = new HashMap<>(System.getenv());
    environment.put(DONE, "1");
    try {
      Exec.replaceThisProcess(program.toString(), arguments, environment);
    } catch (LinuxException e) {
      throw new IOException(program + " cannot be started: " + e.getMessage(), e);
    }
  }

  /// Makes such a namespace for a program that does nothing. About 10 ms.
  ///
  /// @return why it cannot be had; empty if it can
  static String tryOut() throws IOException {
    Path program = Installation.home().resolve("libexec/rootless");
    try (Pipe output = Pipe.open()) {
      int pid =
          Spawn.of(program.toString(), "--", "/bin/true").withDescriptor(2, output.write()).start();
      output.write().close();
      String said = new String(output.read().readToEnd(), StandardCharsets.UTF_8).strip();
      boolean made = ChildExit.waitFor(pid).equals(new ChildExit.Exited(0));
      return made ? "" : said.replaceFirst("^ol: ", "").replaceFirst("; start ol with.*", "");
    } catch (LinuxException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// This process as it was started, its program by its full path.
  private static List<String> commandLine() throws IOException {
    String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    var words = new ArrayList<>(List.of(line.split("\0", -1)));
    words.removeLast(); // what follows the last zero
    words.set(0, Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
    return words;
  }
}
