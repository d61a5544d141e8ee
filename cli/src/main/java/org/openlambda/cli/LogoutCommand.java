package org.openlambda.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Login;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ol logout`: ends a token, here and at the server.
@Command(
    name = "logout",
    mixinStandardHelpOptions = true,
    description = "Log out at a server: the token is worth nothing any more. A key stays.",
    footer = {"", ExitStatus.MEANINGS, "", "Examples:", "  ol logout"})
final class LogoutCommand implements Callable<Integer> {
  private static final int UNKNOWN = 401;

  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  LogoutCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.anonymous();
    Optional<Login> login = server.known().login(asked.address());
    if (login.isEmpty()) {
      throw new IOException("nobody is logged in at " + asked.address());
    }
    try {
      asked.with(login.get()).ask("DELETE", "/api/v1/tokens/current");
    } catch (Refused refused) {
      if (refused.problem().status() != UNKNOWN) {
        throw refused;
      }
    }
    server.known().forgetLogin(asked.address());
    format.print(
        around.out(),
        Json.object().put("server", asked.address()).put("user", login.get().user()),
        asked.address() + ": " + login.get().user() + " is logged out");
    return ExitStatus.OK;
  }
}
