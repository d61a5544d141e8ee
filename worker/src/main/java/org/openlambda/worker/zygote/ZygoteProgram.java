package org.openlambda.worker.zygote;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openlambda.worker.sandbox.Isolation;

/// How a zygote is started.
///
/// @param isolation whether it and its children have walls; without, paths inside are the host's
/// @param launcher the launcher's binary
/// @param policy the folder with `zygote.bpf` and `strict.bpf`
/// @param binds host folder → folder inside, read-only
/// @param environment of the program, all of it
/// @param command program and arguments, paths as seen inside
public record ZygoteProgram(
    Isolation isolation,
    Path launcher,
    Path policy,
    Map<Path, String> binds,
    Map<String, String> environment,
    List<String> command) {
  public ZygoteProgram {
    binds = Map.copyOf(binds);
    environment = Map.copyOf(environment);
    command = List.copyOf(command);
  }
}
