package org.openlambda.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Setting;
import org.openlambda.cli.lambda.Variables;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol config`: the settings of a function.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Show the settings of a function, or change them: calls from then on have the new ones,"
          + " published versions keep theirs."
    },
    footer = {
      "",
      "Settings: memory, timeout, tmp, handler, runtime, description.",
      "Of variables, only names are shown; -o json shows what the server sends, values too.",
      "'ol deploy' sets what the function's ol.yaml says; variables that it does not name stay.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol config hello",
      "  ol config hello memory=256MB timeout=30s",
      "  ol config hello --env GREETING=hi --unset OLD"
    })
final class ConfigCommand implements Callable<Integer> {
  private static final String ROW = "%-12s %s";

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "settings to change")
  private List<String> settings = List.of();

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "set a variable; 'ol secret' keeps its value off the command line")
  private List<String> variables = List.of();

  @Option(names = "--unset", paramLabel = "NAME", description = "remove a variable")
  private List<String> removed = List.of();

  ConfigCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ObjectNode changes = changes();
    var lambda = new Lambda(server.current());
    JsonNode before = lambda.configuration(function);
    if (changes.isEmpty() && variables.isEmpty() && removed.isEmpty()) {
      format.write(around.out(), before, out -> show(before, out));
      return ExitStatus.OK;
    }
    Variables environment = environment(before);
    if (!environment.changes().isEmpty()) {
      environment.putInto(changes);
    }
    JsonNode after = before;
    if (differs(before, changes)) {
      changes.put("RevisionId", Json.text(before, "RevisionId"));
      after = lambda.configure(function, changes);
    }
    var told = new ArrayList<>(Setting.changes(before, after));
    if (!environment.changes().isEmpty()) {
      told.add("variables " + String.join(" ", environment.changes()));
    }
    String sentence = told.isEmpty() ? "unchanged" : String.join(", ", told);
    format.write(around.out(), after, out -> out.line(function + ": " + Tty.printable(sentence)));
    return ExitStatus.OK;
  }

  private ObjectNode changes() {
    ObjectNode changes = Json.object();
    for (String typed : settings) {
      String[] pair = pair(typed, "memory=256MB");
      try {
        Setting.of(pair[0]).putInto(changes, pair[1]);
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
    return changes;
  }

  private Variables environment(JsonNode before) {
    var environment = Variables.of(before);
    for (String typed : variables) {
      String[] pair = pair(typed, "--env GREETING=hi");
      environment.set(pair[0], pair[1]);
    }
    removed.forEach(environment::unset);
    return environment;
  }

  private String[] pair(String typed, String example) {
    int equals = typed.indexOf('=');
    if (equals < 1) {
      throw wrong("'%s' gives no value: use %s".formatted(typed, example));
    }
    return new String[] {typed.substring(0, equals), typed.substring(equals + 1)};
  }

  /// Whether anything that is asked for is not so already.
  private static boolean differs(JsonNode before, ObjectNode changes) {
    return changes.properties().stream()
        .anyMatch(change -> !before.path(change.getKey()).equals(change.getValue()));
  }

  private static void show(JsonNode configuration, Output out) {
    for (Setting setting : Setting.values()) {
      String line = ROW.formatted(setting, Tty.printable(setting.shown(configuration)));
      out.line(line.stripTrailing());
    }
    List<String> names = Variables.of(configuration).names();
    out.line(ROW.formatted("variables", names.isEmpty() ? "none" : String.join(" ", names)));
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(Ol.spec(spec).commandLine(), sentence);
  }
}
