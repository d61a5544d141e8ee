package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Server;

/// What functions of `ol up` print, and what is counted, as those find it who look for it later.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LogsTest {
  private static final String CODE =
      """
      import time

      def f(event):
          if event == "late":
              time.sleep(60)
          print("it says", event)
          return 1 // len(event)
      """;

  @TempDir private Path folder;
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

  private String address() {
    return "http://127.0.0.1:" + server.port();
  }

  private Server.Ended ol(String... arguments) throws Exception {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = address();
    return Server.runBeside(server, all);
  }

  private void deploy(String name) throws Exception {
    Path function = Files.createDirectories(folder.resolve(name));
    Files.writeString(function.resolve("f.py"), CODE);
    Files.writeString(function.resolve("ol.yaml"), "timeout: 1s\n");
    assertThat(ol("deploy", function.toString()).status()).isZero();
  }

  @Test
  void the_logs_are_read_by_both_generations_of_boto3() throws Exception {
    assertThat(client.python("boto3_logs.py", "new"))
        .isEqualTo("boto3 " + AwsClient.BOTO3 + ": all logs as with AWS Lambda");
    assertThat(client.oldPython("boto3_logs.py"))
        .matches("boto3 1\\.2\\d\\.\\d+: all logs as with AWS Lambda");
  }

  @Test
  void the_logs_are_read_and_followed_by_both_generations_of_the_cli() throws Exception {
    assertThat(client.firstCli("cli_logs.sh"))
        .isEqualTo("aws-cli/" + AwsClient.CLI_1 + ": all logs as with AWS Lambda");
    assertThat(client.secondCli("cli_logs.sh"))
        .matches("aws-cli/2\\.[0-9.]+: all logs as with AWS Lambda");
  }

  @Test
  void slow_readers_of_an_account_hold_up_no_other_account() throws Exception {
    assertThat(client.python("readers.py")).isEqualTo("slow readers hold up nobody else");
  }

  @Test
  void calls_are_counted_as_the_parser_of_prometheus_reads_it() throws Exception {
    deploy("counted");
    for (String event : List.of("\"a\"", "\"b\"", "\"\"", "\"late\"")) {
      ol("invoke", "counted", "-d", event);
    }
    assertThat(AwsClient.prometheus("metrics.py", address()))
        .matches("4 calls, 2 errors, 1 timeouts, [123] cold, 4 timed");
    assertThat(server.http().get("/healthz").body()).isEqualTo("ok\n");
    var ready = server.http().get("/readyz");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().at("/parts/database/ready").booleanValue()).isTrue();
  }

  @Test
  void what_was_printed_is_found_after_a_kill_and_a_restart(@TempDir Path data) throws Exception {
    String id;
    String listen;
    try (Server first = Server.up(data, "127.0.0.1:0")) {
      AwsClient.of(first);
      listen = "127.0.0.1:" + first.port();
      Path function = Files.createDirectories(folder.resolve("kept"));
      Files.writeString(function.resolve("f.py"), CODE);
      String there = "http://127.0.0.1:" + first.port();
      Server.runBeside(first, "deploy", function.toString(), "--server", there);
      for (String event : List.of("\"apples\"", "\"pears\"")) {
        Server.runBeside(first, "invoke", "kept", "-d", event, "--server", there);
      }
      String line =
          Eventually.get(
              () -> Server.runBeside(first, "logs", "--grep", "pears", "--server", there).output(),
              text -> text.contains("it says pears"));
      id = line.split(" ")[1];
      first.kill();
    }
    try (Server second = Server.up(data, listen)) {
      String there = "http://127.0.0.1:" + second.port();
      assertThat(Server.runBeside(second, "logs", "--id", id, "--server", there).output())
          .contains("it says pears")
          .doesNotContain("apples");
      assertThat(
              Server.runBeside(second, "logs", "kept", "--since", "10m", "--server", there)
                  .output())
          .containsSubsequence("it says apples", "it says pears");
      assertThat(Server.runBeside(second, "why", id, "--server", there).output())
          .contains("it says pears")
          .contains("kept");
    }
  }
}
