package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A place where attacks may succeed: namespaces and an overlay root of their own, made by
/// `throwaway.sh`. In it `control.py` starts the launcher and a zygote, without Java.
final class ThrowAway {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("openlambda.root"));
  private static final Path RESOURCES = Path.of("src/test/resources/hostile").toAbsolutePath();
  private static final String PYTHON = "/usr/bin/python3";

  private ThrowAway() {}

  /// What one zygote is asked to do.
  ///
  /// @param layer that is switched off; empty for none
  /// @param before Python that the zygote runs before it is one; empty for none
  /// @param attacks events of the attacks, a sandbox for each
  record Order(String layer, String before, List<?> attacks) {}

  /// Makes the test-only build, whose layers can be switched off, in a folder.
  static Path controlBuild(Path folder) throws IOException, InterruptedException {
    run(List.of(ROOT.resolve("launcher/build.sh").toString(), folder.toString(), "controls"));
    Path from = Path.of(System.getProperty("openlambda.home"), "libexec/runtimes/python");
    Path to = folder.resolve("runtimes/python");
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(file -> copy(file, to.resolve(from.relativize(file).toString())));
    }
    return folder;
  }

  private static void copy(Path from, Path to) {
    try {
      if (!Files.exists(to)) {
        Files.copy(from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Follows all orders in one throw-away place.
  ///
  /// @param build of the launcher, the shipped or the control one
  /// @return for each order what its attacks returned, in their order
  static List<JsonNode> follow(Path build, List<Order> orders)
      throws IOException, InterruptedException {
    var lines = new StringBuilder();
    orders.forEach(order -> lines.append(JSON.writeValueAsString(order)).append('\n'));
    String said =
        run(
            List.of(
                RESOURCES.resolve("throwaway.sh").toString(),
                ROOT.toString(),
                build.toString(),
                RESOURCES.toString(),
                "--",
                PYTHON,
                "-B",
                RESOURCES.resolve("control.py").toString(),
                ROOT.toString(),
                build.toString(),
                RESOURCES.resolve("attacks").toString()),
            lines.toString());
    List<JsonNode> answers = said.lines().map(JSON::readTree).toList();
    assertThat(answers).hasSameSizeAs(orders);
    return answers;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    run(command, "");
  }

  private static String run(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread.startVirtualThread(() -> {
      try (var to = process.outputWriter(StandardCharsets.UTF_8)) {
        to.write(input);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // it ended before it read all; its status says so too
      }
    });
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("status of " + command).isZero();
    return said;
  }
}
