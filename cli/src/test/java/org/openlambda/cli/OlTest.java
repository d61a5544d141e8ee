package org.openlambda.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "new",
        "deploy",
        "invoke",
        "config",
        "secret",
        "publish",
        "versions",
        "alias",
        "rollback",
        "url",
        "rm",
        "import",
        "logs",
        "ls",
        "why",
        "login",
        "logout",
        "servers",
        "users",
        "keys",
        "accounts",
        "audit",
        "admin",
        "completion"
      })
  void the_help_of_every_command_has_examples(String command) {
    Shell.Result help = Shell.ol(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("Examples:\n  ", "ol " + command);
  }

  @Test
  void without_a_command_the_help_is_shown() {
    assertThat(Shell.ol().out()).startsWith("Usage: ol [-hV] COMMAND").contains("Examples:");
  }

  @Test
  void a_mistyped_command_or_option_gets_a_suggestion() {
    assertThat(Shell.ol("invok"))
        .isEqualTo(
            new Shell.Result(
                2,
                "",
                """
                ol: there is no command 'invok'; did you mean 'invoke'?
                  'ol --help' shows how it is used
                """));
    assertThat(Shell.ol("logs", "--sinse", "5m").err()).contains("did you mean '--since'?");
    assertThat(Shell.ol("zzz").err())
        .contains("there are new, deploy, invoke, config, secret, publish, versions");
  }

  @Test
  void a_wrong_address_is_a_wrong_command_line() {
    Shell.Result result = Shell.ol("ls", "--server", "::");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("'::' is no address of a server: use http://HOST:PORT");
  }

  @Test
  void bash_completes_commands_and_options(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path script = folder.resolve("ol.bash");
    Files.writeString(script, Shell.ol("completion", "bash").out());
    assertThat(completions(script, "ol wh")).isEqualTo("why");
    assertThat(completions(script, "ol logs --si")).isEqualTo("--since");
    assertThat(completions(script, "ol admin ins")).isEqualTo("install");
    assertThat(completions(script, "ol roll")).isEqualTo("rollback");
    assertThat(completions(script, "ol alias --we")).isEqualTo("--weight");
    assertThat(Shell.ol("completion", "zsh").out())
        .startsWith("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit");
  }

  private static String completions(Path script, String line)
      throws IOException, InterruptedException {
    String[] words = line.split(" ");
    String program =
        "source %s; COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_ol; echo ${COMPREPLY[@]}"
            .formatted(script, line, line, words.length - 1);
    Process bash =
        new ProcessBuilder("bash", "-c", program)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String found = new String(bash.getInputStream().readAllBytes(), UTF_8);
    bash.waitFor();
    return found.strip();
  }
}
