package org.openlambda.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.Table;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol keys`: what users sign requests with, for the administrators of an account.
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "List the access keys of your account, or change them. Secrets are shown once.",
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol keys",
      "  ol keys --user ada",
      "  ol keys add ada",
      "  ol keys deactivate AKIAEXAMPLEEXAMPLE22",
      "  ol keys rm AKIAEXAMPLEEXAMPLE22"
    })
final class KeysCommand implements Callable<Integer> {
  private static final String KEYS = "/api/v1/keys";

  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Option(names = "--user", paramLabel = "NAME", description = "only those of one user")
  private Optional<String> user = Optional.empty();

  KeysCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String query = user.map(name -> "?user=" + PathText.encodedSegment(name)).orElse("");
    JsonNode keys = server.current().json(KEYS + query);
    if (format.isJson()) {
      around.out().line(Json.indented(keys));
      return ExitStatus.OK;
    }
    var table = new Table(around.out().tty(), "KEY", "USER", "STATE", "CREATED");
    for (JsonNode key : keys) {
      table.row(
          Json.text(key, "id"),
          Json.text(key, "user"),
          key.path("active").asBoolean(false) ? "active" : "inactive",
          Json.text(key, "created"));
    }
    table.lines().forEach(around.out()::line);
    return ExitStatus.OK;
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Make a key for a user, and show its secret, once.")
  Integer add(@Parameters(paramLabel = "USER", description = "whose it is") String name)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object().put("user", name);
    JsonNode made = server.current().ask("POST", KEYS, document);
    if (format.isJson()) {
      around.out().line(Json.indented(made));
    } else {
      show(around, made, "The key of " + name);
    }
    return ExitStatus.OK;
  }

  /// For a shell to read.
  static void show(Surroundings around, JsonNode key, String what) {
    around.out().line(what + ", not shown again:");
    around.out().line("");
    around.out().line("  export AWS_ACCESS_KEY_ID=" + Json.text(key, "id"));
    around.out().line("  export AWS_SECRET_ACCESS_KEY=" + Json.text(key, "secret"));
  }

  @Command(
      name = "deactivate",
      mixinStandardHelpOptions = true,
      description = "Take a key out of use: what is signed with it is refused from now on.")
  Integer deactivate(@Parameters(paramLabel = "KEY", description = "its id") String id)
      throws IOException, InterruptedException {
    return change(id, false, "out of use");
  }

  @Command(
      name = "activate",
      mixinStandardHelpOptions = true,
      description = "Take a key back into use.")
  Integer activate(@Parameters(paramLabel = "KEY", description = "its id") String id)
      throws IOException, InterruptedException {
    return change(id, true, "in use");
  }

  private Integer change(String id, boolean active, String word)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object().put("active", active);
    server.current().ask("PATCH", path(id), document);
    format.print(around.out(), Json.object().put("id", id).put("active", active), id + ": " + word);
    return ExitStatus.OK;
  }

  @Command(name = "rm", mixinStandardHelpOptions = true, description = "Delete a key for good.")
  Integer rm(@Parameters(paramLabel = "KEY", description = "its id") String id)
      throws IOException, InterruptedException {
    server.current().ask("DELETE", path(id));
    format.print(around.out(), Json.object().put("id", id).put("deleted", true), id + ": deleted");
    return ExitStatus.OK;
  }

  private static String path(String id) {
    return KEYS + "/" + PathText.encodedSegment(id);
  }
}
