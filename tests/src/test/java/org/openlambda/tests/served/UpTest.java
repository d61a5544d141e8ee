package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// `ol up` as its users have it: by the tools that they have already.
@Tag("root")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpTest {
  private static final String BOTO3 = "1.43.11";

  private Path data;
  private Server server;
  private Map<String, String> key;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    data = folder;
    server = Server.up(data, "127.0.0.1:0");
    key = printedKey(server);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /// The lines `export NAME=VALUE` that the first start prints.
  private static Map<String, String> printedKey(Server server) {
    var key = new HashMap<String, String>();
    while (!key.containsKey("AWS_ENDPOINT_URL_LAMBDA")) {
      Thread.onSpinWait();
      server.said().stream()
          .map(String::strip)
          .filter(line -> line.startsWith("export "))
          .map(line -> line.substring("export ".length()).split("=", 2))
          .forEach(pair -> key.put(pair[0], pair[1]));
    }
    return key;
  }

  private String python(Map<String, String> environment, String script) throws Exception {
    Path program = Machine.ROOT.resolve("tests/src/test/resources/clients").resolve(script);
    var builder =
        new ProcessBuilder(List.of("/usr/bin/python3", program.toString()))
            .redirectErrorStream(true);
    builder.environment().putAll(key);
    builder.environment().put("AWS_DEFAULT_REGION", "us-east-1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /// Installed once into the build's folder.
  private static Path installed(String... packages) throws Exception {
    Path folder = Machine.ROOT.resolve("target/clients").resolve(String.join("+", packages));
    if (!Files.isDirectory(folder)) {
      Path partial = Path.of(folder + ".partial");
      var command =
          new ArrayList<>(
              List.of(
                  "/usr/bin/python3", "-m", "pip", "install", "-q", "--root-user-action=ignore"));
      command.addAll(List.of("--target", partial.toString()));
      command.addAll(List.of(packages));
      Process pip = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(pip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(pip.waitFor()).as(said).isZero();
      Files.move(partial, folder);
    }
    return folder;
  }

  @Test
  void a_function_lives_its_life_by_the_newest_boto3() throws Exception {
    String path = installed("boto3==" + BOTO3).toString();
    assertThat(python(Map.of("PYTHONPATH", path), "boto3_life.py"))
        .isEqualTo("boto3 " + BOTO3 + ": all as with AWS Lambda");
  }

  @Test
  void nobody_learns_anything_without_a_key_but_that_there_is_a_server() throws Exception {
    for (String path : List.of("/run/life", "/registry/", "/stats", "/api/v1/logs", "/debug")) {
      assertThat(server.http().get(path).status()).as(path).isEqualTo(404);
    }
    assertThat(server.http().get("/status").body()).isEqualTo("ready\n");
    assertThat(server.http().get("/2015-03-31/functions/").status()).isEqualTo(403);
  }
}
