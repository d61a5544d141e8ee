package org.openlambda.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Teaches fish the commands and options (fish, "Writing your own completions"): a line `complete`
/// for each, which holds where the words before the cursor are the command's.
public final class FishScript {
  private static final String FUNCTIONS =
      """
      function __ol_begins
          set -l words (commandline -opc)[2..-1]
          test (count $words) -ge (count $argv); or return 1
          for i in (seq (count $argv))
              test "$words[$i]" = "$argv[$i]"; or return 1
          end
      end
      function __ol_is
          set -l words (commandline -opc)[2..-1]
          test "$words" = "$argv"
      end
      complete -c ol -f
      """;

  private final StringBuilder script = new StringBuilder(FUNCTIONS);

  private FishScript() {}

  /// @param root with all its commands
  public static String of(CommandLine root) {
    var fish = new FishScript();
    fish.add(root, "");
    return fish.script.toString().stripTrailing();
  }

  /// @param words that lead to the command, each after a space
  private void add(CommandLine command, String words) {
    CommandSpec spec = command.getCommandSpec();
    for (var inner : command.getSubcommands().entrySet()) {
      String what = summary(inner.getValue().getCommandSpec().usageMessage().description());
      line("__ol_is" + words, "-a " + inner.getKey() + what);
      add(inner.getValue(), words + " " + inner.getKey());
    }
    if (words.isEmpty()) {
      return;
    }
    spec.options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> line("__ol_begins" + words, option(option)));
    for (ArgSpec argument : spec.positionalParameters()) {
      values(argument)
          .ifPresent(all -> line("__ol_begins" + words, "-a '" + String.join(" ", all) + "'"));
      if (isFile(argument)) {
        line("__ol_begins" + words, "-F");
      }
    }
  }

  private void line(String condition, String completion) {
    script.append("complete -c ol -n '%s' %s\n".formatted(condition, completion));
  }

  private static String option(OptionSpec option) {
    String names =
        Arrays.stream(option.names())
            .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1))
            .collect(Collectors.joining(" "));
    return names + value(option) + summary(option.description());
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    Optional<List<String>> values = values(option);
    if (values.isPresent()) {
      return " -xa '" + String.join(" ", values.get()) + "'";
    }
    return isFile(option) ? " -rF" : " -x";
  }

  private static Optional<List<String>> values(ArgSpec argument) {
    return Arrays.stream(argument.typeInfo().getAuxiliaryTypes())
        .filter(Class::isEnum)
        .findFirst()
        .or(() -> Optional.<Class<?>>of(argument.type()).filter(Class::isEnum))
        .map(type ->
            Arrays.stream(type.getEnumConstants())
                .map(each -> each.toString().toLowerCase(Locale.ROOT))
                .toList());
  }

  private static boolean isFile(ArgSpec argument) {
    return argument.type() == Path.class
        || Arrays.asList(argument.typeInfo().getAuxiliaryTypes()).contains(Path.class);
  }

  private static String summary(String[] description) {
    return description.length == 0
        ? ""
        : " -d '" + description[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
