package org.openlambda.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.FunctionTable;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/// `ol ls`: what a server serves.
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "List the functions of a server, with their limits or what is wrong with them.",
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol ls",
      "  ol ls -o json | jq -r '.[].name'",
      "  ol ls --server http://127.0.0.1:8080"
    })
final class LsCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  LsCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode functions = server.server().json("/api/v1/functions");
    format.write(
        around.out(),
        functions,
        out -> new FunctionTable(out.tty()).lines(functions).forEach(out::line));
    return ExitStatus.OK;
  }
}
