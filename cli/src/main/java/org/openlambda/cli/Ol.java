package org.openlambda.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The root command.
@Command(
    name = "ol",
    mixinStandardHelpOptions = true,
    version = "OpenLambda for Java 0.1.0",
    description = "Serverless functions on your own machines.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  ol dev examples                          serve a folder of functions",
      "  ol invoke hello -d '{\"name\":\"Ada\"}'      call one",
      "  ol doctor                                what this machine can do"
    })
public final class Ol implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /// The command line with its own commands and `more`, ready to execute.
  public static CommandLine commandLine(Object... more) {
    var line = new CommandLine(new Ol());
    for (Object command : more) {
      line.addSubcommand(command);
    }
    return line;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }
}
