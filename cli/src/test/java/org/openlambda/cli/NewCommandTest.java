package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.cli.server.Json;
import tools.jackson.databind.JsonNode;

final class NewCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"hello", "json-api", "wsgi", "sse", "handler"})
  void every_template_makes_a_function_that_python_can_read(String template)
      throws IOException, InterruptedException {
    String in = folder.toString();
    Shell.Result result = Shell.ol("new", "mine", "--template", template, "--in", in);
    assertThat(result.status()).isZero();
    Path made = folder.resolve("mine");
    assertThat(result.out()).endsWith("serve it with: ol dev " + made + "\n");
    assertThat(made.resolve("README.md")).content().startsWith("# mine\n").doesNotContain("{{");
    Process python =
        new ProcessBuilder("python3", "-m", "py_compile", made.resolve("f.py").toString())
            .inheritIO()
            .start();
    assertThat(python.waitFor()).isZero();
  }

  @Test
  void programs_are_told_what_was_made() {
    String in = folder.toString();
    JsonNode told = Json.read(Shell.ol("new", "mine", "--in", in, "-o", "json").out());
    assertThat(Json.text(told, "folder")).isEqualTo(folder.resolve("mine").toString());
    assertThat(told.path("files").values().stream().map(JsonNode::stringValue))
        .contains(folder.resolve("mine/f.py").toString());
  }

  @Test
  void nothing_is_overwritten() throws IOException {
    Files.createDirectory(folder.resolve("mine"));
    Shell.Result result = Shell.ol("new", "mine", "--in", folder.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("mine is there already: choose another name");
    assertThat(folder.resolve("mine")).isEmptyDirectory();
  }

  @Test
  void wrong_names_and_templates_are_refused() {
    assertThat(Shell.ol("new", "a b").err()).contains("'a b' is no function name");
    assertThat(Shell.ol("new", "a", "-t", "rails").err())
        .contains("there is no template 'rails'; there are hello, json-api, wsgi, sse, handler");
  }
}
