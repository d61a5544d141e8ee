package org.openlambda.tests.hostile;

import java.util.List;
import java.util.Map;

/// Devices, files that are not ours, and system calls for which no handler has a need.
final class KernelDoors {
  private static final String FILTERS = "seccomp";
  private static final String READ_ONLY = "read-only mounts, uid";

  private KernelDoors() {}

  static List<Attack> attacks() {
    return List.of(
        Attack.inside("files.mknod", "user namespace, capabilities"),
        Attack.inside("files.devices", "own /dev, nodev"),
        Attack.inside("files.known_devices", READ_ONLY),
        Attack.inside("files.write", READ_ONLY),
        Attack.inside("files.careless", "read-only mounts"),
        Attack.inside("files.root_only", "uid"),
        Attack.inside("files.reopen", READ_ONLY),
        Attack.inside("files.bytecode", READ_ONLY),
        Attack.inside("files.setuid", "no_new_privs, nosuid"),
        Attack.inside("files.secrets_of_proc", "/proc subset=pid, own root"),
        Attack.inside("files.favour", "capabilities"),
        Attack.inside("kernel.side_doors", FILTERS),
        Attack.inside("kernel.kernel_code", FILTERS + ", capabilities"),
        Attack.inside("kernel.host_state", FILTERS + ", capabilities"),
        Attack.inside("kernel.keyrings", FILTERS),
        new Attack("kernel.ipc", FILTERS + ", ipc namespace", KernelDoors::ipc),
        Attack.inside("kernel.personality", FILTERS),
        Attack.inside("kernel.foreign_calls", FILTERS));
  }

  private static String ipc(Stage stage) throws Exception {
    return stage.attempts("kernel.ipc", Map.of("shm", List.of(stage.bystander().shmKey())));
  }
}
