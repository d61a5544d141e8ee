package org.openlambda.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `ol rm`: removes a function, or a version of one.
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    description =
        "Remove a function with its versions and aliases, or one version that none names.",
    footer = {
      "",
      "It does not ask again. 'ol alias NAME --rm ALIAS' removes an alias.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol rm hello",
      "  ol rm hello 2"
    })
final class RmCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "only this version of it")
  private Optional<Integer> version = Optional.empty();

  RmCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var lambda = new Lambda(server.current());
    ObjectNode told = Json.object().put("removed", function);
    if (version.isPresent()) {
      String number = version.get().toString();
      if (lambda.versions(function).stream()
          .noneMatch(each -> Json.text(each, "Version").equals(number))) {
        throw new IOException("%s has no version %s".formatted(function, number));
      }
      lambda.removeVersion(function, number);
      told.put("version", version.get());
    } else {
      lambda.remove(function);
    }
    String what = function + version.map(number -> " version " + number).orElse("");
    format.write(around.out(), told, out -> out.line(what + ": removed"));
    return ExitStatus.OK;
  }
}
