package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  static final String BOTO3 = "1.44.8";
  static final String CLI_1 = "1.46.3";
  static final String PROMETHEUS = "0.21.1";
  static final String OPENAPI = "0.9.0";
  static final String JSON_SCHEMA = "4.26.0";

  static final Path PROGRAMS = Machine.ROOT.resolve("tests/src/test/resources/clients");

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
    environment.put("AWS_REGION", "us-east-1");
    environment.put("PYTHONDONTWRITEBYTECODE", "1"); // beside the programs
    return new AwsClient(environment);
  }

  /// The same key at another server.
  AwsClient at(Server server) {
    var other = new HashMap<>(environment);
    other.put("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:" + server.port());
    return new AwsClient(other);
  }

  /// With one more variable.
  AwsClient with(String name, Object value) {
    var other = new HashMap<>(environment);
    other.put(name, value.toString());
    return new AwsClient(other);
  }

  /// A step of `boto3_step.py`.
  String step(String... words) throws IOException, InterruptedException {
    return python("boto3_step.py", words);
  }

  /// Runs a program in Python with the parser of Prometheus' own client, without a key.
  static String prometheus(String program, String address)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("/usr/bin/python3", PROGRAMS.resolve(program).toString(), address)
            .redirectErrorStream(true);
    Path folder = installed("prometheus_client==" + PROMETHEUS);
    builder.environment().put("PYTHONPATH", folder.toString());
    return said(builder);
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
    builder.environment().put("PYTHONPATH", boto3().toString());
    return said(builder);
  }

  /// The same, and prints it: for those who want to know the figures, not only that they are right.
  String figures(String program, String... arguments) throws IOException, InterruptedException {
    String said = python(program, arguments);
    System.out.println(program + ": " + said);
    return said;
  }

  /// With the botocore of the same version, whose model the server has, too.
  private static Path boto3() throws IOException, InterruptedException {
    return installed("boto3==" + BOTO3, "boto3==" + BOTO3, "botocore==" + BOTO3);
  }

  /// The same by the machine's own Python and boto3.
  String oldPython(String program) throws IOException, InterruptedException {
    var builder = new ProcessBuilder("/usr/bin/python3", PROGRAMS.resolve(program).toString());
    builder.redirectErrorStream(true).environment().putAll(environment);
    return said(builder);
  }

  /// Runs a script that is told how to start the AWS CLI: the newest of the first generation, which
  /// is a program in Python.
  String firstCli(String script) throws IOException, InterruptedException {
    Path folder = installed("awscli==" + CLI_1);
    return cli(
        script, Map.of("PYTHONPATH", folder.toString()), "/usr/bin/python3", folder + "/bin/aws");
  }

  /// The same with the machine's own, of the second generation.
  String secondCli(String script) throws IOException, InterruptedException {
    return cli(script, Map.of(), "/usr/bin/aws");
  }

  /// Runs any other program.
  String run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return said(builder);
  }

  private String cli(String script, Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    var whole = new ArrayList<>(List.of(PROGRAMS.resolve(script).toString()));
    whole.addAll(Arrays.asList(command));
    var builder = new ProcessBuilder(whole).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    return said(builder);
  }

  /// Walks through the API of our own with what is said of it in OpenAPI.
  ///
  /// @param kind of the server: `up` or `dev`
  String described(String kind) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("/usr/bin/python3", PROGRAMS.resolve("openapi.py").toString(), kind);
    builder.redirectErrorStream(true).environment().putAll(environment);
    Path packages =
        installed("openapi", "openapi-spec-validator==" + OPENAPI, "jsonschema==" + JSON_SCHEMA);
    builder.environment().put("PYTHONPATH", packages.toString());
    return said(builder);
  }

  private static String said(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /// A folder with web frameworks and what adapts them to AWS Lambda.
  static Path packages() throws IOException, InterruptedException {
    return installed(
        "web",
        "flask==3.1.2",
        "fastapi==0.118.0",
        "python-multipart==0.0.20",
        "mangum==0.19.0",
        "apig-wsgi==2.20.0");
  }

  /// Copies a folder and all that is in it.
  static void copy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static Path installed(String requirement) throws IOException, InterruptedException {
    return installed(requirement, requirement);
  }

  /// Installed from PyPI, once, into the build's folder, by one of the processes that test.
  private static Path installed(String name, String... requirements)
      throws IOException, InterruptedException {
    Path folder = Machine.ROOT.resolve("target/clients").resolve(name);
    Files.createDirectories(folder.getParent());
    Path lock = folder.resolveSibling(".lock");
    try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      install(folder, requirements);
    }
    return folder;
  }

  private static void install(Path folder, String... requirements)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(folder)) {
      Path partial = Path.of(folder + ".partial");
      var command =
          new ArrayList<>(List.of("/usr/bin/python3", "-m", "pip", "install", "-q", "--target"));
      command.add(partial.toString());
      command.add("--root-user-action=ignore");
      command.addAll(Arrays.asList(requirements));
      said(new ProcessBuilder(command).redirectErrorStream(true));
      Files.move(partial, folder);
    }
  }
}
