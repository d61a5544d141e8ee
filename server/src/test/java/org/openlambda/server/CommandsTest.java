package org.openlambda.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.cli.FishScript;
import org.openlambda.cli.Ol;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// What holds for every command of `ol`, those that are still to come included.
class CommandsTest {
  /// Commands that have no `-o json`, and why.
  private static final Map<String, String> WITHOUT_JSON =
      Map.of(
          "invoke", "prints what the function answers, as it is",
          "completion", "prints a script",
          "dev", "is watched by a person; /api/v1/logs and /api/v1/invocations are for programs",
          "bench", "writes figures with --json FILE",
          "worker init", "speaks as OpenLambda's, whose scripts read it",
          "worker up", "the same",
          "worker down", "the same");

  /// All commands that do something, by the words that name them.
  private static Map<String, CommandLine> commands() {
    var all = new TreeMap<String, CommandLine>();
    collect(Main.commandLine(List.of()), "", all);
    return all;
  }

  private static void collect(CommandLine line, String words, Map<String, CommandLine> all) {
    boolean isGroup = line.getCommandSpec().userObject() instanceof Runnable;
    if (!isGroup && !words.isEmpty()) {
      all.put(words, line);
    }
    line.getSubcommands()
        .forEach((name, inner) -> collect(inner, (words + " " + name).strip(), all));
  }

  private static Set<String> options(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> Arrays.stream(option.names()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// A command that `./ol` does not know as one of these is started with the server's jars, which
  /// takes longer; one that it knows wrongly is not there at all.
  @Test
  void ol_starts_the_commands_that_ask_a_server_with_their_jars_alone() throws Exception {
    Set<String> asking = new TreeSet<>(Ol.commandLine(List.of()).getSubcommands().keySet());
    asking.remove("completion"); // knows the others, too
    String script = Files.readString(Path.of("../ol"));
    var named = new TreeSet<String>();
    for (String part : script.split("\n(?=  [a-z])", -1)) {
      int end = part.indexOf(')');
      if (part.contains("jar=$home/lib/cli.jar cache=cli")) {
        named.addAll(List.of(part.substring(0, end).replace("\\", " ").strip().split("[ |\n]+")));
      }
    }
    assertThat(named).isEqualTo(asking);
  }

  @Test
  void every_command_prints_json_for_programs_or_has_nothing_of_its_own_to_print() {
    var without = new TreeSet<String>();
    commands()
        .forEach((words, line) -> {
          if (!options(line).containsAll(List.of("-o", "--output"))) {
            without.add(words);
          }
        });
    assertThat(without).isEqualTo(new TreeSet<>(WITHOUT_JSON.keySet()));
    assertThat(commands()).hasSizeGreaterThan(35).containsKeys("users set-password", "up", "url");
  }

  @Test
  void bash_completes_every_command_and_option(@TempDir Path folder) throws Exception {
    CommandLine root = Main.commandLine(List.of("completion", "bash"));
    Path script = Files.writeString(folder.resolve("ol.bash"), AutoComplete.bash("ol", root));
    Map<String, Set<String>> wanted = new LinkedHashMap<>();
    root.getSubcommands().forEach((name, inner) -> want(inner, name, wanted));
    assertThat(completed(script, wanted.keySet())).isEqualTo(wanted);
  }

  /// What follows the words of a command: options after `-`, commands after nothing.
  private static void want(CommandLine line, String words, Map<String, Set<String>> wanted) {
    wanted.put(words + " -", options(line));
    if (!line.getSubcommands().isEmpty()) {
      wanted.put(words + " ", new TreeSet<>(line.getSubcommands().keySet()));
    }
    line.getSubcommands().forEach((name, inner) -> want(inner, words + " " + name, wanted));
  }

  private static Map<String, Set<String>> completed(Path script, Set<String> lines)
      throws IOException, InterruptedException {
    var program = new StringBuilder("source " + script + "\n");
    for (String line : lines) {
      List<String> words = new ArrayList<>(List.of("ol"));
      words.addAll(Arrays.asList(line.split(" ", -1)));
      String quoted = words.stream().map(w -> "'" + w + "'").collect(Collectors.joining(" "));
      program.append(
          "COMP_LINE='ol %s'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(%s); COMP_CWORD=%d; COMPREPLY=(); _complete_ol; echo \"${COMPREPLY[@]}\"\n"
              .formatted(line, quoted, words.size() - 1));
    }
    Process bash =
        new ProcessBuilder("bash", "-s").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = bash.getOutputStream()) {
      in.write(program.toString().getBytes(UTF_8));
    }
    List<String> said = new String(bash.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(bash.waitFor()).as(said.toString()).isZero();
    assertThat(said).hasSameSizeAs(lines);
    Map<String, Set<String>> found = new LinkedHashMap<>();
    int row = 0;
    for (String line : lines) {
      List<String> words = Arrays.asList(said.get(row++).strip().split("\\s+"));
      found.put(line, new TreeSet<>(words));
    }
    return found;
  }

  @Test
  void fish_completes_every_command_and_option() {
    String script = FishScript.of(Main.commandLine(List.of("completion", "fish"))) + "\n";
    commands()
        .forEach((words, line) -> {
          String command = words.substring(words.lastIndexOf(' ') + 1);
          String before =
              (" " + words).substring(0, words.length() - command.length()).stripTrailing();
          assertThat(script).contains("-n '__ol_is%s' -a %s -d '".formatted(before, command));
          for (OptionSpec option : line.getCommandSpec().options()) {
            if (!option.hidden()) {
              String name = option.longestName();
              String dashes =
                  name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1);
              assertThat(script)
                  .as(words + " " + name)
                  .containsPattern("-n '__ol_begins " + words + "' (-s \\w )?" + dashes + "[ \\n]");
            }
          }
        });
    assertThat(script)
        .contains(
            "-n '__ol_begins completion' -a 'bash zsh fish'",
            "-l output -xa 'text json'",
            "-l data -rF");
  }
}
