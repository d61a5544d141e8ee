package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Variables;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.HiddenInput;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol secret`: sets a variable whose value is never shown and never an argument.
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    description = {
      "Set a variable of a function to a value from the standard input: at a terminal it is asked"
          + " for and not shown, otherwise it is all that comes, but for the last line's end."
          + " Without a KEY, list the names of the function's variables."
    },
    footer = {
      "",
      "A published version keeps the value it was published with.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol secret shop API_KEY",
      "  pass show shop/api | ol secret shop API_KEY",
      "  ol secret shop API_KEY --rm"
    })
final class SecretCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "of the variable")
  private Optional<String> key = Optional.empty();

  @Option(names = "--rm", description = "remove it")
  private boolean remove;

  SecretCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (key.isPresent() && key.get().contains("=")) {
      throw wrong("the value is no argument, where other programs could see it: pipe it in");
    }
    if (remove && key.isEmpty()) {
      throw wrong("--rm goes with a KEY");
    }
    var lambda = new Lambda(server.current());
    JsonNode before = lambda.configuration(function);
    var variables = Variables.of(before);
    if (key.isEmpty()) {
      List<String> names = variables.names();
      format.write(around.out(), told(names), out -> names.forEach(out::line));
      return ExitStatus.OK;
    }
    String name = key.get();
    if (remove) {
      variables.unset(name);
    } else {
      variables.set(name, value(name));
    }
    List<String> changes = variables.changes();
    if (!changes.isEmpty()) {
      ObjectNode request = Json.object().put("RevisionId", Json.text(before, "RevisionId"));
      variables.putInto(request);
      lambda.configure(function, request);
    }
    String sentence = changes.isEmpty() ? "unchanged" : remove ? "removed" : "set";
    format.write(
        around.out(),
        told(variables.names()),
        out -> out.line("%s: %s %s".formatted(function, name, sentence)));
    return ExitStatus.OK;
  }

  private String value(String name) throws IOException {
    String value = HiddenInput.text(around, name + " of " + function + ": ");
    if (value.isEmpty()) {
      throw new IOException("nothing came by the standard input; '--rm' removes the variable");
    }
    return value;
  }

  private static ObjectNode told(List<String> names) {
    ObjectNode told = Json.object();
    var all = told.putArray("names");
    names.forEach(all::add);
    return told;
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(Ol.spec(spec).commandLine(), sentence);
  }
}
