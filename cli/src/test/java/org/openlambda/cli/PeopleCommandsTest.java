package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.cli.terminal.Tty;

final class PeopleCommandsTest {
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Shell.Result ol(String... words) {
    return read("", words);
  }

  private Shell.Result read(String input, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--server", server.address()));
    return Shell.ol(input, Tty.NONE, all.toArray(String[]::new));
  }

  @Test
  void users_are_a_table() {
    server.at(
        "/api/v1/users",
        StubServer.json(
            """
            [{"name":"ada","role":"developer","keys":2,"password":true,"created":"2026-01-31T12:00:00Z"},
             {"name":"longer-name","role":"admin","keys":0,"password":false,"created":"2026-01-31T12:00:00Z"}]
            """));
    assertThat(ol("users").out())
        .isEqualTo(
            """
            NAME         ROLE       KEYS  PASSWORD  CREATED
            ada          developer  2     yes       2026-01-31T12:00:00Z
            longer-name  admin      0     none      2026-01-31T12:00:00Z
            """);
  }

  @Test
  void a_user_is_made_and_programs_get_the_json() {
    server.at(
        "/api/v1/users",
        StubServer.whole(201, "application/json", "{\"name\":\"ada\",\"role\":\"admin\"}"));
    assertThat(ol("users", "add", "ada", "--role", "admin").out()).isEqualTo("ada: new, admin\n");
    assertThat(ol("users", "add", "ada", "--role", "admin", "-o", "json").out())
        .isEqualTo("{\n  \"name\" : \"ada\",\n  \"role\" : \"admin\"\n}\n");
    assertThat(server.seen().getFirst())
        .isEqualTo(
            new StubServer.Seen(
                "POST /api/v1/users", "application/json", "{\"name\":\"ada\",\"role\":\"admin\"}"));
    assertThat(ol("users", "add", "ada").err()).contains("--role");
  }

  @Test
  void what_is_meant_for_all_of_them_may_stand_before_the_inner_command() {
    server.at("/api/v1/users", StubServer.whole(201, "application/json", "{\"role\":\"admin\"}"));
    Shell.Result result =
        Shell.ol(
            "users", "--server", server.address(), "-o", "json", "add", "ada", "--role", "admin");
    assertThat(result).isEqualTo(new Shell.Result(0, "{\n  \"role\" : \"admin\"\n}\n", ""));
  }

  @Test
  void a_password_is_read_from_the_input_and_never_an_argument() {
    server.at("/api/v1/users", StubServer.whole(204, "application/json", ""));
    assertThat(read("correct horse\n", "users", "set-password", "ada").out())
        .isEqualTo("ada: has a new password, and is logged in nowhere\n");
    assertThat(read("old\nnew\n", "users", "set-password", "ada", "--own").status()).isZero();
    assertThat(server.seen().stream().map(StubServer.Seen::body))
        .containsExactly(
            "{\"password\":\"correct horse\"}", "{\"current\":\"old\",\"password\":\"new\"}");
    assertThat(ol("users", "set-password", "ada").err()).contains("a password is needed");
    assertThat(ol("users", "set-password", "ada", "secret").status()).isEqualTo(2);
  }

  @Test
  void a_key_is_shown_as_a_shell_reads_it() {
    server.at(
        "/api/v1/keys",
        StubServer.whole(
            201, "application/json", "{\"id\":\"AKIAX\",\"secret\":\"s3\",\"user\":\"ada\"}"));
    assertThat(ol("keys", "add", "ada").out())
        .isEqualTo(
            """
            The key of ada, not shown again:

              export AWS_ACCESS_KEY_ID=AKIAX
              export AWS_SECRET_ACCESS_KEY=s3
            """);
  }

  @Test
  void what_was_changed_is_a_table_and_its_texts_cannot_drive_the_terminal() {
    server.at(
        "/api/v1/audit",
        StubServer.json(
            """
            {"entries":[{"at":"2026-01-31T11:59:00.123456Z","user":"ada","credential":"AKIAX",
              "peer":"127.0.0.1:5","operation":"DeleteUser","resource":"e\\u001bve","status":403,
              "code":"not-allowed","request":"r"}],"next":"17"}
            """));
    Shell.Result result = ol("audit", "--since", "1h", "--user", "ada");
    assertThat(result.out())
        .isEqualTo(
            """
            TIME                  USER  OPERATION   RESOURCE  FROM         OUTCOME
            2026-01-31T11:59:00Z  ada   DeleteUser  e\uFFFDve      127.0.0.1:5  403 not-allowed
            """);
    assertThat(result.err()).contains("--after 17");
    assertThat(server.seen().getFirst().line())
        .isEqualTo("GET /api/v1/audit?limit=100&since=2026-01-31T11%3A00%3A00Z&user=ada");
  }

  @Test
  void who_may_not_is_told_what_to_do() {
    server.at(
        "/api/v1/keys",
        StubServer.problem(
            403,
            "not-allowed",
            "The role does not allow it",
            "It is invoker.",
            "Ask an administrator."));
    Shell.Result result = ol("keys");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .contains("The role does not allow it (403)")
        .contains("Ask an administrator.");
  }
}
