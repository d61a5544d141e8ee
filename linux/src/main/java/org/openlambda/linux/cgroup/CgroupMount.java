package org.openlambda.linux.cgroup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A mounted hierarchy of groups, from two files of `proc(5)`:
///
///     /proc/self/mountinfo  32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
///                                      │ └ mount point         │             └ v1: controllers
///                                      └ what of it is mounted └ cgroup or cgroup2
///     /proc/self/cgroup     4:memory:/user/me      v1: number, controllers, own group
///                           0::/user/me            v2
///
/// @param point where it is mounted
/// @param own the directory of our own group; the same as `point` if that is out of sight
/// @param v2 whether it is the v2 hierarchy
/// @param words v1: its mount options, the controllers among them
record CgroupMount(String point, String own, boolean v2, Set<String> words) {
  /// All of them; of several mounts of one hierarchy only the first.
  static List<CgroupMount> parse(String mountinfo, String ownGroups) {
    Map<String, String> groups = groupsByWord(ownGroups);
    var mounts = new HashMap<Set<String>, CgroupMount>();
    var inOrder = new ArrayList<CgroupMount>();
    for (String line : mountinfo.lines().toList()) {
      String[] halves = line.split(" - ", 2);
      String[] left = halves[0].split(" ");
      String[] right = halves[1].split(" ");
      boolean v2 = right[0].equals("cgroup2");
      if (!v2 && !right[0].equals("cgroup")) {
        continue;
      }
      Set<String> words = v2 ? Set.of() : Set.of(right[2].split(","));
      String group =
          v2
              ? groups.getOrDefault("", "/")
              : words.stream().map(groups::get).filter(g -> g != null).findFirst().orElse("/");
      String point = left[4].replace("\\040", " ");
      var mount = new CgroupMount(point, own(point, left[3], group), v2, words);
      if (mounts.putIfAbsent(words, mount) == null) {
        inOrder.add(mount);
      }
    }
    return inOrder;
  }

  private static String own(String point, String root, String group) {
    if (root.equals("/")) {
      return group.equals("/") || group.startsWith("/..") ? point : point + group;
    }
    return group.startsWith(root + "/") ? point + group.substring(root.length()) : point;
  }

  private static Map<String, String> groupsByWord(String ownGroups) {
    var groups = new HashMap<String, String>();
    for (String line : ownGroups.lines().toList()) {
      String[] part = line.split(":", 3);
      for (String word : part[1].split(",", -1)) {
        groups.put(word, part[2]);
      }
    }
    return groups;
  }
}
