package org.openlambda.control.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openlambda.linux.system.Kernel;

/// As whom the server runs. PostgreSQL refuses to run as root, and wants a line in the list of
/// users for whoever it runs as.
///
/// Each ends with the thread that started it (`PR_SET_PDEATHSIG`), by a fast shutdown.
///
/// - An ordinary user: as that user.
/// - Root of the machine: as a uid that nobody has. In a mount namespace of its own, where the list
///   of users is another file and the server's folder is found at `/mnt`, so that no folder above
///   it needs to be open to that uid.
/// - Root of a user namespace (an ordinary user, rootless): in a namespace within, where the same
///   user is called `nobody`.
sealed interface ServerUser {
  /// The command that runs a program so.
  List<String> command(List<String> program);

  /// The path of a program where it runs.
  Path program(String name);

  /// Where the program finds the server's folder.
  Path inside(Path folder);

  /// Makes a folder of ours the server's.
  void own(Path path) throws IOException;

  /// Decides it for this process.
  ///
  /// @param folder of the server; the first of its kind to own it stays its user
  static ServerUser choose(Path folder, Programs programs) throws IOException {
    if (!Kernel.isRoot()) {
      return new Ourselves(programs);
    }
    if (!Kernel.isInInitialUserNamespace()) {
      return new Nested(programs);
    }
    return OfItsOwn.choose(folder, programs);
  }

  /// We are no root.
  record Ourselves(Programs programs) implements ServerUser {
    @Override
    public List<String> command(List<String> program) {
      var whole = new ArrayList<>(List.of("/usr/bin/setpriv", "--pdeathsig=INT", "--"));
      whole.addAll(program);
      return whole;
    }

    @Override
    public Path program(String name) {
      return programs.program(name);
    }

    @Override
    public Path inside(Path folder) {
      return folder;
    }

    @Override
    public void own(Path path) {} // it is ours
  }

  /// We are root of a user namespace only.
  record Nested(Programs programs) implements ServerUser {
    private static final String NOBODY = "65534";

    @Override
    public List<String> command(List<String> program) {
      var whole = new ArrayList<String>();
      whole.addAll(
          List.of("/usr/bin/unshare", "--user", "--map-user=" + NOBODY, "--map-group=" + NOBODY));
      whole.addAll(List.of("/usr/bin/setpriv", "--pdeathsig=INT", "--"));
      whole.addAll(program);
      return whole;
    }

    @Override
    public Path program(String name) {
      return programs.program(name);
    }

    @Override
    public Path inside(Path folder) {
      return folder;
    }

    @Override
    public void own(Path path) {} // by the same uid outside
  }

  /// We are root.
  ///
  /// @param uid of nobody else
  /// @param folder of the server on the machine
  record OfItsOwn(int uid, Path folder, Programs programs) implements ServerUser {
    private static final int FIRST = 64_000;
    private static final int LAST = 64_999;
    private static final Path INSIDE = Path.of("/mnt");

    /// In the folder; empty but for the server, which finds the programs here.
    private static final String PROGRAMS = "programs";

    private static final Path USERS = Path.of("/etc/passwd");

    static OfItsOwn choose(Path folder, Programs programs) throws IOException {
      Path data = folder.resolve("data");
      int owner = Files.exists(data) ? (int) Files.getAttribute(data, "unix:uid") : 0;
      int uid = owner != 0 ? owner : free();
      String users =
          "root:x:0:0::/:/bin/false\nopenlambda:x:%d:%d::/:/bin/false\n".formatted(uid, uid);
      Files.writeString(folder.resolve("passwd"), users);
      Files.createDirectories(folder.resolve(PROGRAMS));
      return new OfItsOwn(uid, folder, programs);
    }

    private static int free() throws IOException {
      Set<String> taken =
          Files.readAllLines(USERS).stream()
              .map(line -> line.split(":", -1))
              .filter(field -> field.length > 2)
              .map(field -> field[2])
              .collect(Collectors.toSet());
      for (int uid = FIRST; uid <= LAST; uid++) {
        if (!taken.contains(Integer.toString(uid))) {
          return uid;
        }
      }
      throw new IOException(
          "every uid from %d to %d has an entry in %s".formatted(FIRST, LAST, USERS));
    }

    @Override
    public List<String> command(List<String> program) {
      String script =
          "mount --bind \"$1/passwd\" /etc/passwd && mount --bind \"$2\" \"$1/"
              + PROGRAMS
              + "\" && mount --rbind \"$1\" "
              + INSIDE
              + " && shift 2 && exec /usr/bin/setpriv --reuid=$1 --regid=$1 --clear-groups"
              + " --no-new-privs --bounding-set=-all --inh-caps=-all --pdeathsig=INT -- \"${@:2}\"";
      var whole = new ArrayList<String>();
      whole.addAll(List.of("/usr/bin/unshare", "--mount", "--propagation", "private"));
      whole.addAll(List.of("/bin/bash", "-c", script, "postgres", folder.toString()));
      whole.add(programs.folder().toString());
      whole.add(Integer.toString(uid));
      whole.addAll(program);
      return whole;
    }

    @Override
    public Path program(String name) {
      return new Programs(INSIDE.resolve(PROGRAMS)).program(name);
    }

    @Override
    public Path inside(Path path) {
      return INSIDE.resolve(folder.relativize(path));
    }

    @Override
    public void own(Path path) throws IOException {
      Files.setAttribute(path, "unix:uid", uid);
      Files.setAttribute(path, "unix:gid", uid);
    }
  }
}
