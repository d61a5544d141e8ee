package org.openlambda.tests.hostile;

import java.util.List;

/// Ways out: of the root, of the mounts, of the namespaces, of the uid.
final class Escapes {
  private static final String FILTERS = "seccomp";

  private Escapes() {}

  static List<Attack> attacks() {
    return List.of(
        Attack.inside("escapes.above_root", "pivot_root"),
        Attack.inside("escapes.chroot", FILTERS + ", capabilities"),
        Attack.inside("escapes.mount", FILTERS + ", capabilities"),
        Attack.inside("escapes.umount", FILTERS + ", locked mounts"),
        Attack.inside("escapes.remount", FILTERS + ", locked mounts"),
        Attack.inside("escapes.mount_api", FILTERS + ", capabilities"),
        Attack.inside("escapes.unshare", FILTERS),
        Attack.inside("escapes.setns", FILTERS + ", capabilities"),
        Attack.inside("escapes.clone_newuser", FILTERS),
        Attack.inside("escapes.clone3_newuser", FILTERS),
        Attack.inside("escapes.proc_root", "pid namespace"),
        Attack.inside("escapes.handles", FILTERS + ", capabilities"),
        Attack.inside("escapes.host_files", "mount namespace"),
        Attack.inside("escapes.regain", "uid map, no_new_privs, securebits"));
  }
}
