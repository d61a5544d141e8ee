package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;
import org.openlambda.tests.Server.InputText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Those who use a server: by the API of our own, and by `ol`.
@Tag("root")
@Timeout(300)
final class PeopleTest {
  private static final String PASSWORD = "correct horse battery staple\n";

  @TempDir private Path data;

  @Test
  void people_come_change_and_go_and_the_audit_log_tells_of_it() throws Exception {
    try (Server server = Server.up(data, "127.0.0.1:0")) {
      assertThat(AwsClient.of(server).python("people.py", data.toString()))
          .isEqualTo("people come, change and go, and the audit log tells of it");
    }
  }

  @Test
  void nobody_asks_for_more_than_they_may() throws Exception {
    try (Server server =
        Server.up(
            data,
            "127.0.0.1:0",
            "--key-requests",
            "5",
            "--account-calls",
            "10",
            "--account-concurrency",
            "3",
            "--account-code",
            "1")) {
      assertThat(AwsClient.of(server).python("limits.py"))
          .isEqualTo("nobody asks for more than they may");
    }
  }

  @Test
  void an_administrator_invites_somebody_who_logs_in_and_deploys() throws Exception {
    try (Server server = Server.up(data, "127.0.0.1:0")) {
      AwsClient.of(server); // its key is kept once it is printed
      ol(server, "users", "add", "ada", "--role", "developer").contains("ada: new, developer");
      ol(server, new InputText(PASSWORD), "users", "set-password", "ada")
          .contains("ada: has a new password");
      String key = key(server);
      ol(server, "keys", "deactivate", key).isEqualTo(key + ": out of use\n");
      ol(server, "keys", "--user", "ada").contains(key).contains("inactive");
      ol(server, new InputText(PASSWORD), "login", "ada").contains("logged in as ada of account");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data.resolve("config/openlambda/servers.json"))))
          .isEqualTo("rw-------");
      ol(server, "deploy", Machine.ROOT.resolve("examples/hello").toString())
          .matches("hello: new, code [0-9a-f]{12}\n");
      ol(server, "users").contains("The role of this user does not allow it");
      ol(server, "servers").contains("123456789012/ada");
      ol(server, "logout").contains("ada is logged out");
      ol(server, "users").contains("ada").contains("admin");
      ol(server, "audit", "--user", "ada")
          .contains("InstallFunction")
          .contains("Login")
          .contains("Logout")
          .doesNotContain("horse");
      JsonNode account =
          JsonMapper.shared().readTree(said(server, "accounts", "add", "shop", "-o", "json"));
      assertThat(account.path("key").path("secret").asString("")).hasSize(40);
      String number = account.path("id").asString("");
      ol(server, "accounts").contains(number).contains("shop");
      ol(server, "accounts", "rm", number).contains("deleted");
      ol(server, "users", "rm", "ada").contains("ada: deleted");
      ol(server, new InputText(PASSWORD), "login", "ada").contains("do not belong together");
    }
  }

  private static String key(Server server) throws IOException, InterruptedException {
    String made = said(server, "keys", "add", "ada");
    assertThat(made).contains("export AWS_SECRET_ACCESS_KEY=");
    return made.replaceAll("(?s).*AWS_ACCESS_KEY_ID=(\\w+).*", "$1");
  }

  private static String said(Server server, String... arguments)
      throws IOException, InterruptedException {
    return Server.runBeside(server, arguments).output();
  }

  private static AbstractStringAssert<?> ol(Server server, String... arguments)
      throws IOException, InterruptedException {
    return assertThat(said(server, arguments)).as(String.join(" ", arguments));
  }

  private static AbstractStringAssert<?> ol(Server server, InputText input, String... arguments)
      throws IOException, InterruptedException {
    return assertThat(Server.runBeside(server, input, arguments).output())
        .as(String.join(" ", arguments));
  }
}
