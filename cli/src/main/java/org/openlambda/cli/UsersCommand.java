package org.openlambda.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.Table;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.terminal.HiddenInput;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol users`: who there is in an account, for its administrators.
@Command(
    name = "users",
    mixinStandardHelpOptions = true,
    description = {
      "List the users of your account, or change them. An invoker calls functions, a developer"
          + " makes them, an admin makes users."
    },
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol users",
      "  ol users add ada --role developer",
      "  ol users set-password ada",
      "  ol users role ada admin",
      "  ol users rm ada"
    })
final class UsersCommand implements Callable<Integer> {
  private static final String USERS = "/api/v1/users";

  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  UsersCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode users = server.current().json(USERS);
    if (format.isJson()) {
      around.out().line(Json.indented(users));
      return ExitStatus.OK;
    }
    var table = new Table(around.out().tty(), "NAME", "ROLE", "KEYS", "PASSWORD", "CREATED");
    for (JsonNode user : users) {
      table.row(
          Json.text(user, "name"),
          Json.text(user, "role"),
          Json.text(user, "keys"),
          user.path("password").asBoolean(false) ? "yes" : "none",
          Json.text(user, "created"));
    }
    table.lines().forEach(around.out()::line);
    return ExitStatus.OK;
  }

  private static String path(String name) {
    return USERS + "/" + PathText.encodedSegment(name);
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Make a user. 'ol keys add' and 'ol users set-password' let it in.")
  Integer add(
      @Parameters(paramLabel = "NAME", description = "the user's") String name,
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              required = true,
              description = "admin, developer or invoker")
          String role)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object().put("name", name).put("role", role);
    JsonNode made = server.current().ask("POST", USERS, document);
    format.print(around.out(), made, name + ": new, " + Json.text(made, "role"));
    return ExitStatus.OK;
  }

  @Command(
      name = "role",
      mixinStandardHelpOptions = true,
      description = "Give a user another role, from its next request on.")
  Integer role(
      @Parameters(paramLabel = "NAME", description = "the user's") String name,
      @Parameters(paramLabel = "ROLE", description = "admin, developer or invoker") String role)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object().put("role", role);
    JsonNode changed = server.current().ask("PATCH", path(name), document);
    format.print(around.out(), changed, name + ": " + Json.text(changed, "role") + " from now on");
    return ExitStatus.OK;
  }

  @Command(
      name = "rm",
      mixinStandardHelpOptions = true,
      description = "Delete a user with its keys and tokens.")
  Integer rm(@Parameters(paramLabel = "NAME", description = "the user's") String name)
      throws IOException, InterruptedException {
    server.current().ask("DELETE", path(name));
    format.print(
        around.out(),
        Json.object().put("name", name).put("deleted", true),
        name + ": deleted, with its keys and tokens");
    return ExitStatus.OK;
  }

  @Command(
      name = "set-password",
      mixinStandardHelpOptions = true,
      description = {
        "Set what a user logs in with; whoever was logged in no longer is. The password is asked"
            + " for, or read from the standard input."
      })
  Integer setPassword(
      @Parameters(paramLabel = "NAME", description = "the user's") String name,
      @Option(
              names = "--own",
              description =
                  "your own, without being an administrator: the current one is asked first")
          boolean own)
      throws IOException, InterruptedException {
    ObjectNode document = Json.object();
    if (own) {
      document.put("current", HiddenInput.password(around, "Current password of " + name + ": "));
    }
    document.put("password", fresh(name));
    server.current().ask("PUT", path(name) + "/password", document);
    format.print(
        around.out(),
        Json.object().put("name", name).put("password", true),
        name + ": has a new password, and is logged in nowhere");
    return ExitStatus.OK;
  }

  /// Who types it unseen types it twice.
  private String fresh(String name) throws IOException {
    String password = HiddenInput.password(around, "New password of " + name + ": ");
    if (HiddenInput.isTyped(around)
        && !HiddenInput.password(around, "Once more: ").equals(password)) {
      throw new IOException("these are two passwords; nothing has changed");
    }
    return password;
  }
}
