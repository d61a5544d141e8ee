package org.openlambda.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Login;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.HiddenInput;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.core.function.Account;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol login`: a password for a token.
@Command(
    name = "login",
    mixinStandardHelpOptions = true,
    description = {
      "Log in at a server, which is the one that is meant from then on. The password is asked for,"
          + " or read from the standard input."
    },
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol login ada --server https://functions.example.com",
      "  ol login ada --account 210987654321 --days 1 <password-file"
    })
final class LoginCommand implements Callable<Integer> {
  private static final int USUAL_DAYS = 30;

  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "USER", description = "the user's name")
  private String user = "";

  @Option(names = "--account", paramLabel = "ID", description = "its account (the first one)")
  private String account = Account.FIRST.text();

  @Option(names = "--days", paramLabel = "N", description = "how long for (30)")
  private int days = USUAL_DAYS;

  LoginCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.anonymous();
    String password =
        HiddenInput.password(around, "Password of %s at %s: ".formatted(user, asked.address()));
    ObjectNode document =
        Json.object()
            .put("account", account)
            .put("user", user)
            .put("password", password)
            .put("days", days);
    JsonNode made = asked.ask("POST", "/api/v1/tokens", document);
    String expires = Json.text(made, "expires");
    server
        .known()
        .remember(asked.address(), new Login(Json.text(made, "token"), account, user, expires));
    format.print(
        around.out(),
        Json.object()
            .put("server", asked.address())
            .put("account", account)
            .put("user", user)
            .put("token", Json.text(made, "id"))
            .put("expires", expires),
        "%s: logged in as %s of account %s until %s"
            .formatted(asked.address(), user, account, expires));
    return ExitStatus.OK;
  }
}
