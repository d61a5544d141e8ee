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

/// `ol accounts`: who shares a server, for the administrators of its first account.
@Command(
    name = "accounts",
    mixinStandardHelpOptions = true,
    description = {
      "List the accounts of a server, or change them. Administrators of its first account see and"
          + " make all, others see their own."
    },
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol accounts",
      "  ol accounts add shop",
      "  ol accounts add shop --id 210987654321",
      "  ol accounts rm 210987654321"
    })
final class AccountsCommand implements Callable<Integer> {
  private static final String ACCOUNTS = "/api/v1/accounts";

  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  AccountsCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode accounts = server.current().json(ACCOUNTS);
    if (format.isJson()) {
      around.out().line(Json.indented(accounts));
      return ExitStatus.OK;
    }
    var table = new Table(around.out().tty(), "ACCOUNT", "NAME", "USERS", "CREATED");
    for (JsonNode account : accounts) {
      table.row(
          Json.text(account, "id"),
          Json.text(account, "name"),
          Json.text(account, "users"),
          Json.text(account, "created"));
    }
    table.lines().forEach(around.out()::line);
    return ExitStatus.OK;
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Make an account with an administrator 'admin', and show its key, once.")
  Integer add(
      @Parameters(paramLabel = "NAME", description = "the account's") String name,
      @Option(names = "--id", paramLabel = "ID", description = "12 digits (chosen by the server)")
          Optional<String> id)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object().put("name", name);
    id.ifPresent(digits -> document.put("id", digits));
    JsonNode made = server.current().ask("POST", ACCOUNTS, document);
    if (format.isJson()) {
      around.out().line(Json.indented(made));
    } else {
      around.out().line(name + ": new account " + Json.text(made, "id"));
      KeysCommand.show(around, made.path("key"), "The key of its user admin");
    }
    return ExitStatus.OK;
  }

  @Command(
      name = "rm",
      mixinStandardHelpOptions = true,
      description = "Delete an account that has no functions, with its users and keys.")
  Integer rm(@Parameters(paramLabel = "ID", description = "its 12 digits") String id)
      throws IOException, InterruptedException {
    server.current().ask("DELETE", ACCOUNTS + "/" + PathText.encodedSegment(id));
    format.print(
        around.out(),
        Json.object().put("id", id).put("deleted", true),
        id + ": deleted, with its users and keys");
    return ExitStatus.OK;
  }
}
