package org.openlambda.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openlambda.linux.system.Kernel;

/// A user of this machine without any privilege, who is not even in `/etc/passwd`.
public final class Ordinary {
  public static final int UID = 12345;

  /// The first of its subordinate ids, if it is given any.
  public static final int SUBORDINATE = 1_500_000;

  private Ordinary() {}

  /// Runs a command as that user.
  public static List<String> user() {
    String id = Integer.toString(UID);
    return List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups");
  }

  /// Runs it as that user where no user namespace may be made, as in many containers: the kernel
  /// refuses one to whoever lives in a root that is not its mount namespace's (unshare(2)).
  ///
  /// @param place an empty folder
  public static List<String> userWithoutNamespaces(Path place) {
    String script = "mount --rbind / %s && exec chroot %s \"$@\"".formatted(place, place);
    return joined(List.of("unshare", "--mount", "sh", "-c", script, "sh"), user());
  }

  /// Runs it as that user in control groups that are delegated to it, as `Delegate=yes` does. Who
  /// asks removes them by [#removeGroups].
  public static List<String> userWithGroups(List<Path> groups) throws IOException {
    for (Path group : groups) {
      Files.createDirectory(group);
      try (Stream<Path> files = Files.list(group)) {
        for (Path file : Stream.concat(Stream.of(group), files).toList()) {
          String name = file.getFileName().toString();
          if (file.equals(group)
              || name.equals("tasks")
              || name.matches("cgroup\\.(procs|sub.*)")) {
            give(file);
          }
        }
      }
    }
    var names = new ArrayList<>(groups.stream().map(Path::toString).toList());
    names.addFirst(Integer.toString(groups.size()));
    String script =
        "n=$1; shift; while [ $n -gt 0 ]; do"
            + " echo $$ >\"$1/cgroup.procs\" || exit 1; shift; n=$((n - 1)); done; exec \"$@\"";
    return joined(joined(List.of("sh", "-c", script, "sh"), names), user());
  }

  /// Runs it as that user with a name and subordinate ids, in a mount namespace that has its own
  /// `/etc/passwd`, `/etc/subuid` and `/etc/subgid`.
  ///
  /// @param place an empty folder
  public static List<String> userWithSubordinateIds(Path place) throws IOException {
    Path passwd = place.resolve("passwd");
    String user = "ada:x:%d:%d::/:/bin/sh%n".formatted(UID, UID);
    Files.writeString(passwd, Files.readString(Path.of("/etc/passwd")) + user);
    Files.writeString(place.resolve("ids"), "ada:%d:65536%n".formatted(SUBORDINATE));
    String script =
        "mount --bind $1/passwd /etc/passwd && mount --bind $1/ids /etc/subuid"
            + " && mount --bind $1/ids /etc/subgid && shift && exec \"$@\"";
    var command = List.of("unshare", "--mount", "sh", "-c", script, "sh", place.toString());
    return joined(
        joined(command, user()),
        List.of("env", "XDG_RUNTIME_DIR=" + place.resolveSibling("state")));
  }

  /// Removes groups that have no processes any more, and those that they hold.
  public static void removeGroups(List<Path> groups) {
    for (Path group : groups) {
      try (Stream<Path> below = Files.walk(group)) {
        for (Path each : below.filter(Files::isDirectory).toList().reversed()) {
          Files.delete(each);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<String> joined(List<String> first, List<String> then) {
    var all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }

  /// Makes a folder, and whatever is in it, the user's own, and lets him reach it.
  public static Path own(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.toList()) {
        give(each);
      }
    }
    return folder;
  }

  private static void give(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", UID);
    Files.setAttribute(file, "unix:gid", UID);
  }

  /// Aborts the test where one cannot become that user, or ordinary users cannot make namespaces.
  public static void require() {
    Assumptions.assumeTrue(Kernel.isRoot(), "to become another user needs root");
    Assumptions.assumeTrue(
        Kernel.maxUserNamespaces().orElse(0) > 0
            && Kernel.allowsUnprivilegedUserNamespaces()
            && !Kernel.apparmorRestrictsUserNamespaces(),
        "this machine lets ordinary users make no user namespaces");
  }
}
