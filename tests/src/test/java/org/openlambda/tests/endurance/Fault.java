package org.openlambda.tests.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Server;

/// What is done to a running server from outside, how often in two hundred times, and the words a
/// caller may be told whose call it cost.
enum Fault {
  SANDBOX("kill -9 of a sandbox", 60, Words.SANDBOX),
  GROUP("a sandbox's group killed, removed", 20, Words.SANDBOX),
  ZYGOTE("kill -9 of a zygote", 30, Words.ZYGOTE),
  INNER_LAUNCHER("kill -9 of a zygote's pid 1", 20, Words.ZYGOTE),
  OUTER_LAUNCHER("kill -9 of a launcher", 20, Words.ZYGOTE),
  ALL_ZYGOTES("kill -9 of all zygotes at once", 10, Words.ZYGOTE),
  ZYGOTE_GROUP("a zygote's group killed, removed", 10, Words.ZYGOTE),
  SERVER("kill -9 of the server, restarted", 30, Words.CONNECTION);

  /// How long a group is tried again before what is in it by then is killed.
  private static final Duration TIDYING = Duration.ofMillis(20);

  private final String title;
  private final int times;
  private final Pattern words;

  Fault(String title, int times, String words) {
    this.title = title;
    this.times = times;
    this.words = Pattern.compile(words, Pattern.DOTALL);
  }

  private static final class Words {
    /// One that is killed while it is being given its first call has not run the handler.
    static final String SANDBOX = "502 .*signal 9 .*|502 .*could not be made ready.*not run";

    static final String ZYGOTE =
        "502 the zygote of the sandbox that ran \\S+ died; a new one is started, call again"
            + "|502 .*could not be made ready.*not run";

    static final String CONNECTION = "connection closed.*";
  }

  String title() {
    return title;
  }

  /// Of two hundred.
  int times() {
    return times;
  }

  boolean mayCost(Load.Call call) {
    return words.matcher(call.words()).matches();
  }

  /// Whether it hits one zygote of several, and nothing else.
  boolean hitsOneZygote() {
    return switch (this) {
      case ZYGOTE, INNER_LAUNCHER, OUTER_LAUNCHER, ZYGOTE_GROUP -> true;
      case SANDBOX, GROUP, ALL_ZYGOTES, SERVER -> false;
    };
  }

  /// Does it. Returns when it is done, not when the server has noticed.
  ///
  /// @param zygote the one that is hit, of those that hit one
  void strike(Server server, ProcessHandle zygote, Random random) throws Exception {
    var kin = new Kin(server);
    switch (this) {
      case SANDBOX -> {
        List<ProcessHandle> all = kin.sandboxes();
        all.get(random.nextInt(all.size())).destroyForcibly();
      }
      case GROUP -> {
        List<Path> groups = groups(server, "sandbox-");
        removeAll(server, groups.get(random.nextInt(groups.size())).getFileName().toString());
      }
      case ZYGOTE -> zygote.destroyForcibly();
      case INNER_LAUNCHER -> zygote.parent().orElseThrow().destroyForcibly();
      case OUTER_LAUNCHER -> zygote.parent().orElseThrow().parent().orElseThrow().destroyForcibly();
      case ALL_ZYGOTES -> kin.zygotes().forEach(ProcessHandle::destroyForcibly);
      case ZYGOTE_GROUP -> removeAll(server, groupOf(zygote));
      case SERVER -> server.kill();
    }
  }

  private static List<Path> groups(Server server, String prefix) throws IOException {
    return Footprint.groupsOf(server.state()).stream()
        .filter(group -> group.getFileName().toString().startsWith(prefix))
        .toList();
  }

  /// `zygote-1`, of the group `…/zygote-1/self` a zygote is in.
  private static String groupOf(ProcessHandle zygote) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + zygote.pid() + "/cgroup")).stream()
        .filter(line -> line.endsWith("/self"))
        .map(line -> line.split("/"))
        .map(parts -> parts[parts.length - 2])
        .findFirst()
        .orElseThrow(() -> new IOException("the zygote is in no group of its own"));
  }

  /// As an administrator does who tidies up: kills what is in the groups of this name, in every
  /// hierarchy, and removes them with all below, until each of them was gone once. What the server
  /// has put there meanwhile is killed, too.
  private static void removeAll(Server server, String name) throws Exception {
    List<Path> left = new ArrayList<>(named(server, name));
    Eventually.require(
        () -> {
          for (Path group : named(server, name)) {
            killAllIn(group);
          }
          long end = System.nanoTime() + TIDYING.toNanos();
          while (!left.isEmpty() && System.nanoTime() - end < 0) {
            for (Path group : named(server, name)) {
              isRemoved(group);
            }
            left.removeIf(Fault::isRemoved);
          }
          return left;
        },
        List::isEmpty);
  }

  /// Those below before those above.
  private static List<Path> named(Server server, String name) throws IOException {
    return groups(server, "").stream()
        .filter(group -> group.toString().contains("/" + name + "/") || group.endsWith(name))
        .sorted(Comparator.comparing(Path::toString).reversed())
        .toList();
  }

  private static void killAllIn(Path group) {
    try {
      for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    } catch (IOException _) {
      // its owner was faster
    }
  }

  private static boolean isRemoved(Path group) {
    try {
      return Files.deleteIfExists(group) || !Files.exists(group);
    } catch (IOException _) {
      return false; // what is in it is dying
    }
  }
}
