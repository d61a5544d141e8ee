package org.openlambda.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.FunctionTable;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json")
  private Format format = Format.TEXT;

  LsCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode functions = server.server().json("/api/v1/functions");
    switch (format) {
      case JSON -> around.out().line(Json.indented(functions));
      case TEXT ->
          new FunctionTable(around.out().tty()).lines(functions).forEach(around.out()::line);
    }
    return ExitStatus.OK;
  }
}
