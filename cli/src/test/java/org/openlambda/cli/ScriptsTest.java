package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How `./ol` and `./dev` find a Java: `java.sh`, run by bash with made-up places to look in.
class ScriptsTest {
  private static final Path ROOT = Path.of(System.getProperty("openlambda.root", ".."));
  private static final Path SCRIPT = ROOT.resolve("cli/src/main/sh/java.sh").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void without_a_java_one_sentence_says_how_to_get_one() throws Exception {
    java("jdk-17", "17.0.15", "javac");
    java("jdk-24", "24.0.1", "javac");

    assertThat(find(""))
        .startsWith("1 OpenLambda needs a JDK 25 and finds none")
        .contains("apt install openjdk-25-jdk", "JAVA_HOME")
        .hasLineCount(1);
  }

  @Test
  void twenty_five_is_taken_rather_than_newer_or_older() throws Exception {
    java("a", "17.0.15", "javac");
    java("b", "26", "javac");
    java("c", "25.0.3", "javac");

    assertThat(find("")).isEqualTo("0 " + folder.resolve("c"));
  }

  @Test
  void a_newer_one_will_do() throws Exception {
    java("b", "26.0.1", "javac");

    assertThat(find("")).isEqualTo("0 " + folder.resolve("b"));
  }

  @Test
  void a_build_needs_a_compiler_a_start_does_not() throws Exception {
    java("jre", "25");

    assertThat(find("")).isEqualTo("0 " + folder.resolve("jre"));
    assertThat(find("javac")).startsWith("1 ");
    java("with space", "25.0.1", "javac");
    assertThat(find("javac")).isEqualTo("0 " + folder.resolve("with space"));
  }

  @Test
  void the_runtime_of_a_distribution_comes_first() throws Exception {
    String places = ". '%s'; java_places /dist".formatted(SCRIPT);

    assertThat(bash(places).lines().findFirst()).contains("0 /dist/runtime");
  }

  private void java(String name, String version, String... programs) throws IOException {
    Path bin = Files.createDirectories(folder.resolve(name).resolve("bin"));
    Files.writeString(
        folder.resolve(name).resolve("release"),
        "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
    executable(bin.resolve("java"));
    for (String program : programs) {
      executable(bin.resolve(program));
    }
  }

  private static void executable(Path path) throws IOException {
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  /// The exit status, and the folder found or what is said instead.
  private String find(String program) throws Exception {
    return bash(
        """
        . '%s'
        java_places() { printf '%%s\\n' "$1/runtime" '%s'/*; }
        find_java /nowhere %s && echo "$JAVA_HOME"
        """
            .formatted(SCRIPT, folder, program));
  }

  private static String bash(String script) throws Exception {
    Process bash = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return bash.waitFor() + " " + output.strip();
  }
}
