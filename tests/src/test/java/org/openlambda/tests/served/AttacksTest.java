package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.model.Model;
import org.openlambda.control.model.Operation;
import org.openlambda.tests.Server;
import tools.jackson.databind.json.JsonMapper;

/// Whoever wants what is not theirs. Which routes there are is told by the public model and by the
/// server: one that has no entry in the tables of `attacks.py` fails.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttacksTest {
  private Server server;
  private AwsClient client;
  private Path operations;

  @BeforeAll
  void serve(@TempDir Path data) throws IOException {
    server = Server.up(data, "127.0.0.1:0");
    client = AwsClient.of(server);
    operations = data.resolve("operations.json");
    Files.write(
        operations,
        JsonMapper.shared()
            .writeValueAsBytes(
                Model.read().operations().stream().map(AttacksTest::described).toList()));
  }

  private static Map<String, String> described(Operation operation) {
    String query =
        operation.query().entrySet().stream()
            .map(pair -> pair.getKey() + "=" + pair.getValue())
            .collect(Collectors.joining("&"));
    String path = "/" + String.join("/", operation.segments());
    return Map.of(
        "name",
        operation.name(),
        "method",
        operation.method(),
        "path",
        query.isEmpty() ? path : path + "?" + query);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private String attack(String kind) throws IOException, InterruptedException {
    return client.python("attacks.py", operations.toString(), kind);
  }

  @Test
  void no_forged_request_gets_in() throws Exception {
    assertThat(attack("forged")).matches("\\d{4} forged requests: none got in");
  }

  @Test
  void nobody_does_what_their_role_does_not_allow() throws Exception {
    assertThat(attack("roles")).matches("\\d{3} requests of a lower role: none got in");
  }

  @Test
  void what_another_account_has_and_what_nobody_has_answer_alike() throws Exception {
    assertThat(attack("accounts"))
        .matches("\\d{3} questions about another account: nothing learnt");
  }

  @Test
  void how_long_a_refusal_takes_tells_nothing_about_another_account() throws Exception {
    assertThat(attack("lookups")).isEqualTo("what is there and what is not: alike in time");
  }

  @Test
  void a_token_opens_what_its_owner_may_and_ends() throws Exception {
    assertThat(client.python("tokens.py")).isEqualTo("tokens open what they should, and end");
  }

  @Test
  void a_link_opens_what_was_signed_for_as_long_as_it_may() throws Exception {
    assertThat(client.python("links.py"))
        .isEqualTo("links open what was signed, for as long as they may");
  }

  @Test
  void bodies_of_nobody_known_take_no_room_from_others() throws Exception {
    assertThat(client.python("bodies.py")).isEqualTo("unverified bodies take no room from others");
  }
}
