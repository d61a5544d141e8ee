package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.FormatOption;
import org.openlambda.server.tenancy.Occupancy;
import org.openlambda.server.tenancy.ProcessMark;
import org.openlambda.server.tenancy.Shutdown;
import org.openlambda.server.tenancy.Tenant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
  @Mixin private FormatOption format = new FormatOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = data.folder();
    Optional<ProcessMark> server = process(folder);
    boolean ends = server.isPresent() && Shutdown.USUAL.of(server.get());
    if (format.isJson()) {
      ObjectNode told = JsonMapper.shared().createObjectNode().put("data", folder.toString());
      System.out.println(told.put("stopped", ends ? server.get().pid() : null).toPrettyString());
    } else {
      System.out.println(
          ends ? "stopped pid " + server.get().pid() : "no server runs in " + folder);
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
