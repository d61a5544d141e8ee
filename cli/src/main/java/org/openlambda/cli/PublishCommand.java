package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ol publish`: keeps what a function is now as a version.
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Keep what a function is now as a version that never changes. If nothing has changed since"
          + " the last one, that is it."
    },
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol publish hello",
      "  ol publish hello --description 'greets in French'"
    })
final class PublishCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Option(names = "--description", paramLabel = "TEXT", description = "what is new in it")
  private Optional<String> description = Optional.empty();

  PublishCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var lambda = new Lambda(server.current());
    List<String> before =
        lambda.versions(function).stream().map(each -> Json.text(each, "Version")).toList();
    JsonNode published = lambda.publish(function, description);
    String version = Json.text(published, "Version");
    String word = before.contains(version) ? ", unchanged" : "";
    format.write(
        around.out(), published, out -> out.line(function + ": version " + version + word));
    return ExitStatus.OK;
  }
}
