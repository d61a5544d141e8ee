package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Target;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ol rollback`: moves an alias to what it named before.
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Move an alias back to what it named before. Once more goes further back; what was taken back"
          + " is not gone to again."
    },
    footer = {
      "",
      "Versions that were removed are passed over.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol rollback hello           if it has one alias",
      "  ol rollback hello live"
    })
final class RollbackCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ALIAS",
      description = "which of its aliases (the only one)")
  private Optional<String> alias = Optional.empty();

  RollbackCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.current();
    JsonNode moved = chosen(new Lambda(asked));
    String name = Json.text(moved, "Name");
    String path =
        "/api/v1/functions/%s/aliases/%s/rollback"
            .formatted(PathText.encodedSegment(function), PathText.encodedSegment(name));
    JsonNode told =
        asked.ask("POST", path, Json.object(), "if-match", Json.text(moved, "RevisionId"));
    format.write(
        around.out(),
        told,
        out ->
            out.line(
                "%s:%s: %s → %s"
                    .formatted(
                        function,
                        name,
                        Target.ofOwn(told.path("from")).text(),
                        Target.ofOwn(told.path("to")).text())));
    return ExitStatus.OK;
  }

  private JsonNode chosen(Lambda lambda) throws IOException, InterruptedException {
    List<JsonNode> all = lambda.aliases(function);
    if (alias.isPresent()) {
      return all.stream()
          .filter(each -> Json.text(each, "Name").equals(alias.get()))
          .findFirst()
          .orElseThrow(
              () -> new IOException("%s has no alias '%s'".formatted(function, alias.get())));
    }
    if (all.size() != 1) {
      String names =
          all.stream().map(each -> Json.text(each, "Name")).collect(Collectors.joining(", "));
      throw new IOException(
          all.isEmpty()
              ? function + " has no alias"
              : "%s has several aliases, name one of %s".formatted(function, names));
    }
    return all.getFirst();
  }
}
