package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;
import org.openlambda.tests.Server.InputText;

/// The commands of `ol` for the functions of an `ol up`.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OlFunctionsTest {
  private Server server;
  private AwsClient client;
  private Path sources;

  @BeforeAll
  void serve(@TempDir Path data, @TempDir Path functions) throws IOException {
    server = Server.up(data, "127.0.0.1:0");
    client = AwsClient.of(server);
    sources = functions;
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private String folder(String name, String code) throws IOException {
    Path folder = Files.createDirectories(sources.resolve(name));
    Files.writeString(folder.resolve("f.py"), code);
    return folder.toString();
  }

  private String ol(String... arguments) throws Exception {
    Server.Ended ended = Server.runBeside(server, arguments);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  private String refused(String... arguments) throws Exception {
    Server.Ended ended = Server.runBeside(server, arguments);
    assertThat(ended.status()).as(ended.output()).isEqualTo(1);
    return ended.output();
  }

  @Test
  void an_alias_moves_with_a_deployment_and_back_as_far_as_it_came() throws Exception {
    String folder = folder("steps", "def f(event): return 'one'");
    assertThat(ol("deploy", folder, "--alias", "live"))
        .matches("steps: new, code [0-9a-f]{12}\nsteps:live: new → 1\n");
    folder("steps", "def f(event): return 'two'");
    assertThat(ol("deploy", folder, "--alias", "live", "--weight", "0.5"))
        .matches("steps: code \\w+ → \\w+\nsteps:live: 1 → 1, 50 % to 2\n");
    assertThat(ol("alias", "steps")).isEqualTo("steps:live: 1, 50 % to 2\n");
    assertThat(ol("deploy", folder, "--alias", "live"))
        .isEqualTo("steps: unchanged\nsteps:live: 1, 50 % to 2 → 2\n");
    assertThat(client.step("call", "steps:live")).isEqualTo("two");
    assertThat(ol("rollback", "steps")).isEqualTo("steps:live: 2 → 1, 50 % to 2\n");
    assertThat(ol("rollback", "steps", "live")).isEqualTo("steps:live: 1, 50 % to 2 → 1\n");
    assertThat(client.step("call", "steps:live")).isEqualTo("one");
    assertThat(refused("rollback", "steps")).contains("There is nothing to go back to (409)");
    assertThat(ol("audit").lines().filter(line -> line.contains("RollBackAlias")))
        .as("what was refused has changed nothing")
        .hasSize(2)
        .allMatch(line -> line.contains("steps:live"));
    assertThat(ol("alias", "steps", "live=2")).isEqualTo("steps:live: 1 → 2\n");
    assertThat(ol("alias", "steps", "live=2")).isEqualTo("steps:live: 2, unchanged\n");
    assertThat(ol("rollback", "steps")).isEqualTo("steps:live: 2 → 1\n");
    assertThat(refused("alias", "steps", "live=9")).contains("Function not found: arn:aws:lambda:");
    assertThat(refused("rollback", "steps", "none")).contains("steps has no alias 'none'");
  }

  @Test
  void versions_are_published_listed_and_removed() throws Exception {
    String folder = folder("kept", "def f(event): return 'first'");
    ol("deploy", folder);
    assertThat(ol("publish", "kept", "--description", "the first")).isEqualTo("kept: version 1\n");
    assertThat(ol("publish", "kept")).isEqualTo("kept: version 1, unchanged\n");
    folder("kept", "def f(event): return 'second'");
    ol("deploy", folder, "--alias", "live");
    assertThat(ol("versions", "kept"))
        .matches(
            "(?s)VERSION +MODIFIED +CODE +ALIASES +DESCRIPTION\n\\$LATEST .*\n1 .* the first\n2 .* live\n");
    assertThat(ol("versions", "kept", "-o", "json")).contains("\"AliasArn\"", "\"CodeSha256\"");
    assertThat(ol("rm", "kept", "1")).isEqualTo("kept version 1: removed\n");
    assertThat(refused("rm", "kept", "1")).contains("kept has no version 1");
    assertThat(refused("rm", "kept", "2")).contains("it is referenced by the following aliases");
    assertThat(ol("alias", "kept", "--rm", "live")).isEqualTo("kept:live: removed\n");
    assertThat(ol("alias", "kept", "--rm", "live")).isEqualTo("kept:live: is not there\n");
    assertThat(ol("rm", "kept")).isEqualTo("kept: removed\n");
    assertThat(refused("versions", "kept")).contains("Function not found: arn:aws:lambda:");
  }

  @Test
  void settings_and_variables_are_changed_and_what_changed_is_said() throws Exception {
    String folder =
        folder("set", "import os\ndef f(event): return os.environ.get('GREETING', 'none')");
    Files.writeString(Path.of(folder, "ol.yaml"), "environment: {FROM_FILE: 'yes'}\n");
    ol("deploy", folder);
    assertThat(ol("config", "set", "memory=256MB", "timeout=1m", "--env", "GREETING=a=b"))
        .isEqualTo("set: memory 128 MB → 256 MB, timeout 30 s → 60 s, variables +GREETING\n");
    assertThat(ol("config", "set", "memory=256", "--env", "GREETING=a=b"))
        .isEqualTo("set: unchanged\n");
    assertThat(client.step("call", "set")).isEqualTo("a=b");
    assertThat(ol("config", "set"))
        .contains("memory       256 MB\n", "variables    FROM_FILE GREETING\n");
    assertThat(ol("deploy", folder))
        .as("the file says nothing of the memory, and that variable is not its own")
        .isEqualTo("set: memory_mb 256 → 128, timeout_ms 60000 → 30000\n");
    assertThat(client.step("call", "set")).isEqualTo("a=b");
    assertThat(ol("config", "set", "--unset", "GREETING")).isEqualTo("set: variables -GREETING\n");
    assertThat(client.step("call", "set")).isEqualTo("none");
    assertThat(refused("config", "set", "memory=99GB")).contains("'memorySize' failed to satisfy");
  }

  @Test
  void a_function_gets_a_url_that_everybody_may_call_until_it_is_removed() throws Exception {
    ol("deploy", folder("open", "def f(event): return 'by its URL'"));
    assertThat(ol("url", "open"))
        .isEqualTo("open: no URL yet: 'ol url open --auth none' makes one\n");
    String made = ol("url", "open", "--auth", "none");
    assertThat(made).matches("open: http://\\S+\\.lambda-url\\.\\S+ \\(auth none\\)\n");
    assertThat(ol("url", "open")).isEqualTo(made);
    URI url = URI.create(made.split(" ", 3)[1]);
    assertThat(get(url)).contains("by its URL");
    assertThat(ol("url", "open", "--auth", "iam")).endsWith(" (auth iam)\n");
    assertThat(get(url)).as("unsigned").contains("\"Message\"").doesNotContain("by its URL");
    assertThat(ol("url", "open", "--rm")).isEqualTo("open: the URL is removed\n");
    assertThat(ol("url", "open", "--rm")).isEqualTo("open: there was no URL\n");
    assertThat(refused("url", "absent")).contains("Function not found");
    assertThat(refused("url", "open", "--alias", "none")).contains("open has no alias 'none'");
  }

  /// By curl, which does not look the host up: it is this machine.
  private static String get(URI url) throws IOException, InterruptedException {
    var curl =
        new ProcessBuilder(
            "curl", "-s", "--connect-to", "::127.0.0.1:" + url.getPort(), url.toString());
    Process process = curl.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void a_secret_comes_by_the_standard_input_and_is_never_shown() throws Exception {
    String folder = folder("secret", "import os\ndef f(event): return os.environ['TOKEN']");
    ol("deploy", folder);
    Server.Ended set =
        Server.runBeside(server, new InputText("s3cret\n"), "secret", "secret", "TOKEN");
    assertThat(set.output()).isEqualTo("secret: TOKEN set\n");
    assertThat(client.step("call", "secret")).isEqualTo("s3cret");
    assertThat(ol("secret", "secret")).isEqualTo("TOKEN\n");
    Server.Ended large =
        Server.runBeside(server, new InputText("s3cret".repeat(1000)), "secret", "secret", "TOKEN");
    assertThat(large.status()).isEqualTo(1);
    assertThat(large.output()).contains("exceeded the 4KB limit").doesNotContain("s3cret");
    List<String> terminal =
        List.of(
            "/usr/bin/python3",
            Machine.ROOT.resolve("tests/src/test/resources/clients/typed_secret.py").toString());
    Server.Ended typed = Server.runBesideBy(server, terminal, "secret", "secret", "TOKEN");
    assertThat(typed.output()).contains("secret: TOKEN set\n").endsWith("\nnot shown\n");
    assertThat(client.step("call", "secret")).isEqualTo("s3cret-by-hand");
    assertThat(ol("secret", "secret", "TOKEN", "--rm")).isEqualTo("secret: TOKEN removed\n");
    assertThat(ol("secret", "secret")).isEmpty();
  }
}
