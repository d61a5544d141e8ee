package org.openlambda.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
      "  ol new hello                             a function to start from",
      "  ol dev .                                 serve a folder of functions",
      "  ol up                                    a server for accounts; AWS's tools work",
      "  ol deploy hello                          give it a function",
      "  ol rollback hello                        an alias as it was before",
      "  ol invoke hello -d '{\"name\":\"Ada\"}'      call one",
      "  ol logs hello -f                         what it prints",
      "  ol why REQUEST_ID                        what became of a call",
      "  ol doctor                                what this machine can do",
      "",
      "'ol COMMAND --help' says more of each."
    })
public final class Ol implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Ol() {}

  /// The command line with its own commands and `more`, ready to execute.
  public static CommandLine commandLine(Object... more) {
    return commandLine(Surroundings.ofProcess(), more);
  }

  static CommandLine commandLine(Surroundings around, Object... more) {
    var line = new CommandLine(new Ol());
    line.addSubcommand(new NewCommand(around));
    line.addSubcommand(new DeployCommand(around));
    line.addSubcommand(new InvokeCommand(around));
    line.addSubcommand(new ConfigCommand(around));
    line.addSubcommand(new SecretCommand(around));
    line.addSubcommand(new PublishCommand(around));
    line.addSubcommand(new VersionsCommand(around));
    line.addSubcommand(new AliasCommand(around));
    line.addSubcommand(new RollbackCommand(around));
    line.addSubcommand(new RmCommand(around));
    line.addSubcommand(new ImportCommand(around));
    line.addSubcommand(new LogsCommand(around));
    line.addSubcommand(new LsCommand(around));
    line.addSubcommand(new WhyCommand(around));
    line.addSubcommand(
        new CommandLine(new AdminCommand()).addSubcommand(new InstallCommand(around)));
    line.addSubcommand(new CompletionCommand(around));
    for (Object command : more) {
      line.addSubcommand(command);
    }
    var failures = new Failures(around);
    return line.setOut(writer(around.out()))
        .setErr(writer(around.err()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  private static PrintWriter writer(Output output) {
    return new PrintWriter(output.stream(), true, StandardCharsets.UTF_8);
  }

  /// What picocli has set in a field by the time a command is called.
  static CommandSpec spec(@Nullable CommandSpec injected) {
    return Objects.requireNonNull(injected, "picocli sets the command's spec");
  }

  @Override
  public void run() {
    spec(spec).commandLine().usage(spec(spec).commandLine().getOut());
  }
}
