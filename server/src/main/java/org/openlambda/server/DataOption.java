package org.openlambda.server;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which server of this machine is meant: that of a data folder.
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "what has to survive (default /var/lib/openlambda/server, or your own)")
  private Optional<Path> data = Optional.empty();

  Path folder() {
    return data.orElseGet(StateFolder::ofServer).toAbsolutePath();
  }
}
