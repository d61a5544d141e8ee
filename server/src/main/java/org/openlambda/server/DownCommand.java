package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.server.tenancy.Occupancy;
import org.openlambda.server.tenancy.ProcessMark;
import org.openlambda.server.tenancy.Shutdown;
import org.openlambda.server.tenancy.Tenant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ol down`: ends a server.
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Ask the server of a data folder to end, and wait until it has: running calls are answered,"
          + " for at most 5 s. That there is none is success."
    },
    footer = {
      "",
      "Exit status: 0 it has ended or there was none, 1 it has not, 2 wrong usage.",
      "",
      "Examples:",
      "  ol down",
      "  ol down --data /srv/openlambda"
    })
final class DownCommand implements Callable<Integer> {
  @Mixin private DataOption data = new DataOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = data.folder();
    Optional<ProcessMark> server = process(folder);
    if (server.isPresent() && Shutdown.USUAL.of(server.get())) {
      System.out.println("stopped pid " + server.get().pid());
    } else {
      System.out.println("no server runs in " + folder);
    }
    return 0;
  }

  private static Optional<ProcessMark> process(Path folder) throws IOException {
    return switch (Occupancy.of(folder)) {
      case Occupancy.Served(Tenant tenant) -> Optional.of(tenant.process());
      case Occupancy.Changing(ProcessMark process) -> Optional.of(process);
      case Occupancy.Free _ -> Optional.empty();
    };
  }
}
