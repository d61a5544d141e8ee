package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// Runs programs that use an SDK of AWS against a server, configured by the environment as their
/// users do it.
///
/// @param environment with the key and the server's address
record AwsClient(Map<String, String> environment) {
  static final String BOTO3 = "1.43.11";

  private static final Path PROGRAMS = Machine.ROOT.resolve("tests/src/test/resources/clients");

  /// With the key that the first start of a server prints.
  static AwsClient of(Server server) {
    var environment = new HashMap<String, String>();
    while (!environment.containsKey("AWS_ENDPOINT_URL_LAMBDA")) {
      Thread.onSpinWait();
      server.said().stream()
          .map(String::strip)
          .filter(line -> line.startsWith("export "))
          .map(line -> line.substring("export ".length()).split("=", 2))
          .forEach(pair -> environment.put(pair[0], pair[1]));
    }
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    return new AwsClient(environment);
  }

  /// The same key at another server.
  AwsClient at(Server server) {
    var other = new HashMap<>(environment);
    other.put("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:" + server.port());
    return new AwsClient(other);
  }

  /// A step of `boto3_step.py`.
  String step(String... words) throws IOException, InterruptedException {
    return python("boto3_step.py", words);
  }

  /// Runs a program in Python with the newest boto3.
  ///
  /// @return what it printed; it must end with status 0
  String python(String program, String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("/usr/bin/python3", PROGRAMS.resolve(program).toString()));
    command.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("PYTHONPATH", installed("boto3==" + BOTO3).toString());
    return said(builder);
  }

  private static String said(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /// Installed from PyPI, once, into the build's folder.
  private static Path installed(String requirement) throws IOException, InterruptedException {
    Path folder = Machine.ROOT.resolve("target/clients").resolve(requirement);
    if (!Files.isDirectory(folder)) {
      Path partial = Path.of(folder + ".partial");
      said(
          new ProcessBuilder(
                  "/usr/bin/python3",
                  "-m",
                  "pip",
                  "install",
                  "-q",
                  "--root-user-action=ignore",
                  "--target",
                  partial.toString(),
                  requirement)
              .redirectErrorStream(true));
      Files.move(partial, folder);
    }
    return folder;
  }
}
