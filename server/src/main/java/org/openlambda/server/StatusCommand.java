package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.FormatOption;
import org.openlambda.server.tenancy.Occupancy;
import org.openlambda.server.tenancy.ProcessMark;
import org.openlambda.server.tenancy.Tenant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `ol status`: whether a server runs here.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Say whether the server of a data folder runs, where it is and what it serves.",
    footer = {
      "",
      "Exit status: 0 it serves, 1 it cannot be told, 2 wrong usage, 3 it does not serve.",
      "",
      "Examples:",
      "  ol status",
      "  ol status --data /srv/openlambda -o json | jq -r .address"
    })
final class StatusCommand implements Callable<Integer> {
  private static final int SERVES = 0;
  private static final int SERVES_NOT = 3;

  @Mixin private DataOption data = new DataOption();
  @Mixin private FormatOption format = new FormatOption();

  @Override
  public Integer call() throws IOException {
    Path folder = data.folder();
    Occupancy occupancy = Occupancy.of(folder);
    if (format.isJson()) {
      System.out.println(json(folder, occupancy).toPrettyString());
    } else {
      show(folder, occupancy);
    }
    return occupancy instanceof Occupancy.Served ? SERVES : SERVES_NOT;
  }

  private static void show(Path folder, Occupancy occupancy) {
    switch (occupancy) {
      case Occupancy.Served(Tenant tenant) -> {
        row("running", tenant.address());
        row("pid", tenant.process().pid());
        row("since", tenant.since());
        row("data", folder);
        row("database", tenant.database());
        row("account", tenant.account() + " (the first)");
        row("region", tenant.region());
      }
      case Occupancy.Changing(ProcessMark process) -> {
        row("changing", "pid " + process.pid() + " starts or ends");
        row("data", folder);
      }
      case Occupancy.Free(Optional<Tenant> last) -> {
        row("stopped", last.map(StatusCommand::epitaph).orElse("no server runs"));
        row("data", folder);
      }
    }
  }

  private static String epitaph(Tenant last) {
    return "no server runs; the last one (pid %d) ended without a word"
        .formatted(last.process().pid());
  }

  private static void row(String name, Object value) {
    System.out.println("%-9s %s".formatted(name, value));
  }

  private static ObjectNode json(Path folder, Occupancy occupancy) {
    ObjectNode all = JsonMapper.shared().createObjectNode();
    switch (occupancy) {
      case Occupancy.Served(Tenant tenant) -> all.put("state", "running").setAll(tenant.json());
      case Occupancy.Changing(ProcessMark process) ->
          all.put("state", "changing").put("pid", process.pid());
      case Occupancy.Free(Optional<Tenant> last) -> {
        all.put("state", "stopped");
        last.ifPresent(tenant -> all.put("killed", tenant.process().pid()));
      }
    }
    return all.put("data", folder.toString());
  }
}
