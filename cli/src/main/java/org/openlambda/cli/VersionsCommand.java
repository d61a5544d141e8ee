package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.report.VersionTable;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol versions`: what was published of a function.
@Command(
    name = "versions",
    mixinStandardHelpOptions = true,
    description = "List the versions of a function, and which aliases name them.",
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol versions hello",
      "  ol versions hello -o json | jq -r '.Versions[].Version'"
    })
final class VersionsCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "NAME", description = "of the function")
  private String function = "";

  VersionsCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var lambda = new Lambda(server.current());
    List<JsonNode> versions = lambda.versions(function);
    List<JsonNode> aliases = lambda.aliases(function);
    ObjectNode all = Json.object();
    all.putArray("Versions").addAll(versions);
    all.putArray("Aliases").addAll(aliases);
    var table = new VersionTable(around.out().tty(), around.clock().getZone());
    format.write(around.out(), all, out -> table.lines(versions, aliases).forEach(out::line));
    return ExitStatus.OK;
  }
}
