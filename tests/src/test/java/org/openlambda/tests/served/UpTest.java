package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// `ol up` as its users have it: by the tools that they have already.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpTest {
  private Server server;
  private AwsClient client;

  @BeforeAll
  void serve(@TempDir Path data) throws IOException {
    server = Server.up(data, "127.0.0.1:0");
    client = AwsClient.of(server);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /// What a test that failed leaves behind is not to fail others, which count functions.
  @RegisterExtension
  private final AfterTestExecutionCallback clear =
      test -> {
        if (test.getExecutionException().isPresent()) {
          client.step("clear");
        }
      };

  @Test
  void a_function_lives_its_life_by_both_generations_of_boto3() throws Exception {
    bothGenerationsSayAllIsWell("boto3_life.py");
  }

  @Test
  void a_function_lives_its_life_by_both_generations_of_the_cli() throws Exception {
    assertThat(client.firstCli("cli_life.sh"))
        .isEqualTo("aws-cli/" + AwsClient.CLI_1 + ": all as with AWS Lambda");
    assertThat(client.secondCli("cli_life.sh"))
        .matches("aws-cli/2\\.[0-9.]+: all as with AWS Lambda");
  }

  private void bothGenerationsSayAllIsWell(String program) throws Exception {
    assertThat(client.python(program))
        .isEqualTo("boto3 " + AwsClient.BOTO3 + ": all as with AWS Lambda");
    assertThat(client.oldPython(program)).matches("boto3 1\\.2\\d\\.\\d+: all as with AWS Lambda");
  }

  @Test
  void everything_is_said_as_aws_lambda_says_it_by_both_generations_of_boto3() throws Exception {
    bothGenerationsSayAllIsWell("boto3_words.py");
  }

  @Test
  void functions_have_urls_and_policies_by_both_generations_of_boto3() throws Exception {
    bothGenerationsSayAllIsWell("boto3_urls.py");
  }

  @Test
  void functions_share_layers_by_both_generations_of_boto3() throws Exception {
    bothGenerationsSayAllIsWell("boto3_layers.py");
  }

  @Test
  void instances_are_kept_ready_by_both_generations_of_boto3() throws Exception {
    bothGenerationsSayAllIsWell("boto3_provisioned.py");
  }

  @Test
  void flask_and_fastapi_are_served_by_function_urls(@TempDir Path folder) throws Exception {
    Path packages = AwsClient.packages();
    Path flask = folder.resolve("flask-as-it-is");
    AwsClient.copy(packages, flask);
    Files.copy(AwsClient.PROGRAMS.resolve("flask_app.py"), flask.resolve("f.py"));
    Files.writeString(
        flask.resolve("ol.yaml"), "memory: 512MB\nenvironment:\n  OL_WSGI_ENTRY: app\n");
    assertThat(Server.runBeside(server, "deploy", flask.toString()).output())
        .contains("flask-as-it-is: new");
    assertThat(client.python("url_apps.py", packages.toString(), "flask-as-it-is"))
        .isEqualTo("both applications answer");
  }

  @Test
  void code_is_on_the_worker_before_its_first_call() throws Exception {
    List<Path> before = bundles();
    assertThat(client.step("make", "ahead")).isEqualTo("made");
    Eventually.require(this::bundles, bundles -> !before.containsAll(bundles));
    assertThat(client.step("call", "ahead")).isEqualTo("ahead");
    assertThat(client.step("delete", "ahead")).isEqualTo("deleted");
  }

  private List<Path> bundles() throws IOException {
    try (Stream<Path> all = Files.list(server.state().resolve("node/worker/bundles"))) {
      return all.filter(path -> !path.getFileName().toString().startsWith("new-")).toList();
    }
  }

  @Test
  void an_alias_gives_a_version_its_share_and_is_moved_under_load() throws Exception {
    assertThat(client.figures("weights.py"))
        .matches("\\d+ of 10000 calls took .* none of \\d+ was lost while the alias was moved");
  }

  @Test
  void a_folder_is_deployed_by_ol_and_called_by_the_api_of_aws_and_by_ol() throws Exception {
    String folder = Machine.ROOT.resolve("examples/hello").toString();
    Server.Ended first = Server.runBeside(server, "deploy", folder);
    assertThat(first.output()).matches("hello: new, code [0-9a-f]{12}\n");
    assertThat(Server.runBeside(server, "deploy", folder).output()).isEqualTo("hello: unchanged\n");
    assertThat(client.step("call", "hello")).isEqualTo("{'hello': 'you'}");
    String address = "http://127.0.0.1:" + server.port();
    assertThat(
            Server.runBeside(
                    server, "invoke", "hello", "-d", "{\"name\":\"Ada\"}", "--server", address)
                .output())
        .contains("{\"hello\": \"Ada\"}");
    assertThat(Server.runBeside(server, "ls", "--server", address).output()).contains("hello");
    assertThat(Server.run("ls", "--server", address).output())
        .as("without a key")
        .contains("The request was not let in");
    assertThat(Server.runBeside(server, "rm", "hello", "--server", address).output())
        .contains("hello");
  }

  @Test
  void commands_ask_the_server_that_left_its_key_while_no_ol_dev_runs() throws Exception {
    Assumptions.assumeFalse(isTaken(5000), "something listens on port 5000, where 'ol dev' does");
    for (List<String> command :
        List.of(List.of("ls"), List.of("logs", "none"), List.of("invoke", "none"))) {
      assertThat(Server.runBeside(server, command.toArray(String[]::new)).output())
          .as(command.getFirst())
          .doesNotContain("no server answers");
    }
  }

  private static boolean isTaken(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void nobody_learns_anything_without_a_key_but_that_there_is_a_server() throws Exception {
    for (String path : List.of("/run/life", "/registry/", "/stats", "/api/v1/logs", "/debug")) {
      assertThat(server.http().get(path).status()).as(path).isEqualTo(403);
    }
    assertThat(server.http().get("/status").body()).isEqualTo("ready\n");
    assertThat(server.http().get("/2015-03-31/functions/").status()).isEqualTo(403);
  }
}
