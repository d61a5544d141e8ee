package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// `ol import`, with templates as people publish them.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OlImportTest {
  private static final Path TEMPLATES = Machine.ROOT.resolve("tests/src/test/resources/sam");

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

  private String ol(String... arguments) throws Exception {
    Server.Ended ended = Server.runBeside(server, arguments);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  private static Path copy(String template, Path folder) throws IOException {
    Path into = folder.resolve("app");
    Path from = TEMPLATES.resolve(template);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, into.resolve(from.relativize(file)));
      }
    }
    return into;
  }

  @Test
  void hello_world_runs_with_its_packages_and_its_event_is_left_out() throws Exception {
    String folder = TEMPLATES.resolve("hello-world").toString();
    String leftOut =
        """
        left out:
          HelloWorldFunction LoggingConfig: 'ol logs' has all lines
          HelloWorldFunction event HelloWorld (Api GET /hello): there is no API gateway; functions \
        are called at /run/NAME, by the AWS API or by a URL
        """;
    assertThat(ol("import", folder))
        .matches("(?s)HelloWorldFunction: new, code [0-9a-f]{12}\nleft out:\n.*")
        .endsWith(leftOut);
    assertThat(client.step("call", "HelloWorldFunction"))
        .isEqualTo(
            "{'statusCode': 200, 'body': '{\"message\": \"hello world\", \"six\": \"1.17.0\"}'}");
    assertThat(ol("import", folder))
        .as("packages that are installed anew are the same")
        .isEqualTo("HelloWorldFunction: unchanged\n" + leftOut);
  }

  @Test
  void a_worker_gets_what_its_parameters_and_conditions_say(@TempDir Path into) throws Exception {
    Path folder = copy("nightly-report", into);
    String said = ol("import", folder.toString());
    assertThat(said)
        .matches("(?s)nightly-report-test: new, code [0-9a-f]{12}\nleft out:\n.*")
        .contains(
            "  Worker Policies: there is no IAM: a function reaches no service of AWS\n",
            "  Worker variable TABLE: it refers to Orders (AWS::Serverless::SimpleTable), which is",
            "  Worker event Nightly (Schedule cron(0 3 * * ? *)): there are no schedules yet\n",
            "  Orders (AWS::Serverless::SimpleTable): only functions and their layers are made",
            "  Alarms: its condition IsProd does not hold\n");
    boolean layers = !said.contains("Library (AWS::Serverless::LayerVersion)");
    assertThat(client.step("call", "nightly-report-test"))
        .isEqualTo(
            "{'STAGE': 'test', 'RECIPIENTS': 'ada@example.org,grace@example.org', 'ROWS': '25',"
                + " 'TABLE': None, 'DEBUG': 'on', 'memory': '256', 'layer': %s}"
                    .formatted(layers ? "True" : "False"));
    assertThat(ol("import", folder.toString())).startsWith("nightly-report-test: unchanged\n");

    ol("config", "nightly-report-test", "--env", "BY_HAND=1");
    Path template = folder.resolve("template.yaml");
    Files.writeString(
        template,
        Files.readString(template)
            .replace("Timeout: 60", "Timeout: 90")
            .replace("Default: 25", "Default: 30"));
    Files.writeString(folder.resolve("report/more.py"), "");
    assertThat(ol("import", folder.toString()))
        .matches(
            "(?s)nightly-report-test: code \\w+ → \\w+, timeout 60 s → 90 s, variables ~ROWS\n.*");
    assertThat(ol("secret", "nightly-report-test")).as("it stays").contains("BY_HAND\n");
    assertThat(ol("import", folder.toString(), "--parameter", "Stage=prod"))
        .startsWith("nightly-report-prod: new, code ")
        .contains("  Alarms (AWS::SNS::Topic): only functions");
    assertThat(client.step("call", "nightly-report-prod"))
        .contains("'DEBUG': None, 'memory': '1024'");
  }

  @Test
  void two_functions_share_globals_and_are_published_under_an_alias() throws Exception {
    String folder = TEMPLATES.resolve("shop").toString();
    Server.Ended unsaid = Server.runBeside(server, "import", folder);
    assertThat(unsaid.status()).isEqualTo(1);
    assertThat(unsaid.output())
        .contains("its parameter Stage has no value: give --parameter Stage=");
    String said = ol("import", folder, "--parameter", "Stage=dev");
    assertThat(said)
        .matches(
            "(?s)shop-orders-dev: new, code \\w+, at most 5 calls at once, live new → 1.*\n"
                + "shop-catalog-dev: new, code \\w+, live new → 1.*\nleft out:\n.*")
        .contains(
            "  Globals Api: only those of functions are used\n",
            "  OrdersFunction DeploymentPreference: an alias moves at once",
            "  Frontend (nodejs22.x): only functions in Python are run\n",
            "  Machine (AWS::Serverless::StateMachine): only functions");
    assertThat(
            said.contains("url http://") || said.contains("  OrdersFunction FunctionUrlConfig: "))
        .isTrue();
    assertThat(client.step("call", "shop-orders-dev:live"))
        .isEqualTo(
            "{'STAGE': 'dev', 'SHOP': 'shop-dev', 'CATALOG': 'shop-catalog-dev', 'CATALOG_ARN':"
                + " 'arn:aws:lambda:us-east-1:123456789012:function:shop-catalog-dev', 'LITERAL':"
                + " '${Stage}'}");
    assertThat(client.step("call", "shop-catalog-dev:live")).isEqualTo("['shop-dev', '1', '256']");
    assertThat(ol("import", folder, "--parameter", "Stage=dev"))
        .startsWith("shop-orders-dev: unchanged\nshop-catalog-dev: unchanged\n");
    assertThat(ol("import", folder, "--parameter", "Stage=dev", "-o", "json"))
        .contains("\"name\" : \"shop-orders-dev\"", "\"changes\" : [ ]", "\"why\" : ");
  }

  @Test
  void what_the_server_refuses_is_said_and_the_others_are_deployed(@TempDir Path folder)
      throws Exception {
    Files.writeString(
        folder.resolve("template.yaml"),
        """
        Resources:
          Old:
            Type: AWS::Serverless::Function
            Properties: {Handler: index.f, Runtime: python2.7, InlineCode: 'def f(e, c): return 1'}
          New:
            Type: AWS::Serverless::Function
            Properties: {Handler: index.f, Runtime: python3.11, InlineCode: 'def f(e, c): return 2'}
        """);
    Server.Ended ended = Server.runBeside(server, "import", folder.toString());
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.output())
        .contains("Old: failed: The runtime parameter of python2.7", "New: new, code ");
    assertThat(client.step("call", "New")).isEqualTo("2");
  }
}
