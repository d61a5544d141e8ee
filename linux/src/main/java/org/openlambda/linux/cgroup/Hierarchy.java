package org.openlambda.linux.cgroup;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.KernelFile;

/// Our part of one hierarchy: a parent of our own, below which the groups are.
///
/// The parent is made at the top of what is mounted, if we may; otherwise (a container, a service
/// or a user's session with a delegated group) in our own group.
///
/// **No internal processes.** In v2, a group whose controllers work on the groups below it must not
/// have processes itself, the root excepted. If the group that the parent is made in has some,
/// usually ourselves, they are all moved aside into a group next to the parent, and moved back at
/// the end.
///
/// **Weight.** Where our own process is in the group that the parent is made in, the parent
/// competes for processors with each of our threads, and with all it holds would get as much as one
/// of them: sandboxes were seen to wait 175 ms for a processor. So it weighs as much as one thread
/// for each processor (and not more: with four, callers and doors had to wait for handlers that
/// compute). Where we are in a group of our own, the two are equals.
///
/// @param parent the directory
/// @param v2 whether it is the v2 hierarchy
/// @param controllers those of ours that work on groups in the parent
/// @param aside where the processes were moved, or null
/// @param amongThreads whether our threads are in the group that the parent is in
record Hierarchy(
    String parent,
    boolean v2,
    Set<Controller> controllers,
    @Nullable Aside aside,
    boolean amongThreads) {
  /// Of a thread of the usual priority, or a group of the usual weight.
  private static final int USUAL_SHARES = 1_024;

  private static final int USUAL_WEIGHT = 100;
  private static final int MOST_WEIGHT = 10_000;

  private static final int MOST_ROUNDS = 100;
  private static final String ASIDE = "-aside";

  /// @param from the group that had processes
  /// @param leaf the group they are in now
  record Aside(String from, String leaf) {}

  /// Finds a place in a v1 hierarchy; empty if no place is ours or no controller is wanted.
  static Optional<Hierarchy> v1(CgroupMount mount, String name, Set<Controller> wanted) {
    Set<Controller> here = EnumSet.noneOf(Controller.class);
    for (Controller controller : wanted) {
      if (mount.words().contains(controller.toString())) {
        here.add(controller);
      }
    }
    if (here.isEmpty()) {
      return Optional.empty();
    }
    for (String base : List.of(mount.point(), mount.own())) {
      String parent = base + "/" + name;
      if (Directories.makeIfAllowed(parent)) {
        var made = new Hierarchy(parent, false, here, null, base.equals(mount.own()));
        made.weigh();
        return Optional.of(made);
      }
    }
    return Optional.empty();
  }

  /// Finds a place in the v2 hierarchy and enables there what is wanted, as far as it is to be had.
  static Optional<Hierarchy> v2(CgroupMount mount, String name, Set<Controller> wanted) {
    String leaf = "/" + name + ASIDE;
    String own =
        mount.own().endsWith(leaf) // started again by a process that was moved aside with us
            ? mount.own().substring(0, mount.own().length() - leaf.length())
            : mount.own();
    for (String base : List.of(mount.point(), own)) {
      String parent = base + "/" + name;
      if (Directories.makeIfAllowed(parent)) {
        try {
          @Nullable Aside aside = enableOrMoveAside(base, name, wanted);
          boolean among = base.equals(own) && aside == null;
          var made = new Hierarchy(parent, true, enable(parent, wanted), aside, among);
          made.weigh();
          return Optional.of(made);
        } catch (RuntimeException failure) {
          Directories.remove(parent);
          throw failure;
        }
      }
    }
    return Optional.empty();
  }

  /// Lets controllers work on the groups below a v2 group; each for itself, as one may be refused.
  ///
  /// @return those that do now
  /// @throws LinuxException with `EBUSY` if the group has processes
  static Set<Controller> enable(String group, Set<Controller> wanted) {
    List<String> available = words(group, "cgroup.controllers");
    Set<Controller> enabled = EnumSet.noneOf(Controller.class);
    for (Controller controller : wanted) {
      if (available.contains(controller.toString()) && enable(group, controller)) {
        enabled.add(controller);
      }
    }
    return enabled;
  }

  /// Makes the parent again if somebody removed it.
  void restore() {
    Directories.makeIfMissing(parent);
    if (v2) {
      enable(parent, controllers);
    }
    weigh();
  }

  private void weigh() {
    if (amongThreads && controllers.contains(Controller.CPU)) {
      int threads = Runtime.getRuntime().availableProcessors();
      String file = v2 ? "/cpu.weight" : "/cpu.shares"; // the kernel bounds shares itself
      int weight = v2 ? Math.min(MOST_WEIGHT, threads * USUAL_WEIGHT) : threads * USUAL_SHARES;
      KernelFile.write(parent + file, Integer.toString(weight));
    }
  }

  /// Removes the parent and puts back what was moved aside.
  ///
  /// @return whether that is done; if not, there are still groups in the parent
  boolean remove() {
    if (!Directories.remove(parent)) {
      return false;
    }
    if (aside != null) {
      for (String word : words(aside.from(), "cgroup.subtree_control")) {
        KernelFile.write(aside.from() + "/cgroup.subtree_control", "-" + word);
      }
      moveAll(aside.leaf(), aside.from());
      return Directories.remove(aside.leaf());
    }
    return true;
  }

  private static boolean enable(String group, Controller controller) {
    if (words(group, "cgroup.subtree_control").contains(controller.toString())) {
      return true;
    }
    try {
      KernelFile.write(group + "/cgroup.subtree_control", "+" + controller);
      return true;
    } catch (LinuxException refused) {
      if (refused.errno() == Errno.EBUSY) {
        throw refused;
      }
      return false;
    }
  }

  private static @Nullable Aside enableOrMoveAside(
      String base, String name, Set<Controller> wanted) {
    try {
      enable(base, wanted);
      return null;
    } catch (LinuxException busy) {
      var aside = new Aside(base, base + "/" + name + ASIDE);
      Directories.makeIfAllowed(aside.leaf());
      moveAll(base, aside.leaf());
      enable(base, wanted);
      return aside;
    }
  }

  /// Again and again, for processes may be starting others meanwhile.
  private static void moveAll(String from, String to) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Integer> processes = Directories.processes(from);
      if (processes.isEmpty()) {
        return;
      }
      for (int pid : processes) {
        move(pid, to);
      }
    }
    throw new LinuxException(
        "move the processes of %s to %s".formatted(from, to),
        Errno.EBUSY,
        "they start new ones all the time; start the server in a group of its own");
  }

  private static void move(int pid, String to) {
    try {
      KernelFile.write(to + "/cgroup.procs", Integer.toString(pid));
    } catch (LinuxException gone) {
      if (gone.errno() != Errno.ESRCH) {
        throw gone;
      }
    }
  }

  private static List<String> words(String group, String file) {
    String text = KernelFile.read(group + "/" + file).strip();
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
