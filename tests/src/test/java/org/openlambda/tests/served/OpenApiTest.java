package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// `/openapi.json` tells the truth: the document is valid (by `openapi-spec-validator`), every
/// route is in it with its role and nothing else is, and a walk through all of them gets answers
/// that are as it describes them (by `jsonschema`).
@Tag("root")
@Timeout(300)
final class OpenApiTest {
  @TempDir private Path folder;

  @Test
  void a_server_with_accounts_answers_as_it_is_described() throws Exception {
    try (Server server = Server.up(folder, "127.0.0.1:0")) {
      assertThat(AwsClient.of(server).described("up"))
          .matches("3\\d operations, \\d{2} answers: all as described");
    }
  }

  @Test
  void a_server_of_one_folder_answers_as_it_is_described() throws Exception {
    Path functions = Files.createDirectories(folder.resolve("functions"));
    Path broken = Files.createDirectories(functions.resolve("broken"));
    Files.writeString(broken.resolve("f.py"), "def f(event): return 1\n");
    Files.writeString(broken.resolve("ol.yaml"), "memory: lots\n");
    try (Server server = Server.start(functions, folder.resolve("state"))) {
      var anybody =
          new AwsClient(
              Map.of(
                  "AWS_ENDPOINT_URL_LAMBDA",
                  "http://127.0.0.1:" + server.port(),
                  "AWS_ACCESS_KEY_ID",
                  "none",
                  "AWS_SECRET_ACCESS_KEY",
                  "none",
                  "PYTHONDONTWRITEBYTECODE",
                  "1"));
      assertThat(anybody.described("dev"))
          .matches("2\\d operations, \\d{2} answers: all as described");
    }
  }
}
