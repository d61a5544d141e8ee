package org.openlambda.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.Connections;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
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
  /// Command lines, separated by semicolons, to be executed before the one that is given: `./dev
  /// build` records which classes they load.
  private static final String TRAINING = "openlambda.training";

  @Spec private @Nullable CommandSpec spec;

  private Ol() {}

  /// Executes a command. Blocks until it is done.
  ///
  /// @param lines makes a command line that can execute these arguments
  /// @return the exit status
  public static int run(Function<List<String>, CommandLine> lines, String[] arguments) {
    String training = System.getProperty(TRAINING, "");
    for (String line : training.isEmpty() ? new String[0] : training.split(";", -1)) {
      String[] words = line.split(" ", -1);
      var _ = lines.apply(List.of(words)).execute(words);
    }
    return lines.apply(List.of(arguments)).execute(arguments);
  }

  /// A command line that can execute `arguments`: with all commands, or with the one that they name
  /// alone, as reading the annotations of all takes a quarter of a second.
  ///
  /// @param more commands beside its own
  public static CommandLine commandLine(List<String> arguments, Object... more) {
    return commandLine(Surroundings.ofProcess(), arguments, more);
  }

  static CommandLine commandLine(Surroundings around, List<String> arguments, Object... more) {
    var all = new ArrayList<Object>();
    all.add(new NewCommand(around));
    all.add(new DeployCommand(around));
    all.add(new InvokeCommand(around));
    all.add(new ConfigCommand(around));
    all.add(new SecretCommand(around));
    all.add(new PublishCommand(around));
    all.add(new VersionsCommand(around));
    all.add(new AliasCommand(around));
    all.add(new RollbackCommand(around));
    all.add(new UrlCommand(around));
    all.add(new RmCommand(around));
    all.add(new ImportCommand(around));
    all.add(new LogsCommand(around));
    all.add(new LsCommand(around));
    all.add(new WhyCommand(around));
    all.add(new LoginCommand(around));
    all.add(new LogoutCommand(around));
    all.add(new ServersCommand(around));
    all.add(new UsersCommand(around));
    all.add(new KeysCommand(around));
    all.add(new AccountsCommand(around));
    all.add(new AuditCommand(around));
    all.add(new AdminCommand());
    all.add(new CompletionCommand(around)); // knows all that are there
    all.addAll(List.of(more));
    boolean alone = !arguments.isEmpty() && !arguments.getFirst().equals("completion");
    Optional<Object> named =
        all.stream().filter(one -> alone && name(one).equals(arguments.getFirst())).findFirst();
    var line = new CommandLine(new Ol());
    for (Object command : named.map(List::of).orElse(all)) {
      line.addSubcommand(
          command instanceof AdminCommand
              ? new CommandLine(command).addSubcommand(new InstallCommand(around))
              : command);
    }
    var failures = new Failures(around);
    return line.setOut(writer(around.out()))
        .setErr(writer(around.err()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Ol::execute)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  private static int execute(ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } finally {
      Connections.close();
    }
  }

  private static String name(Object command) {
    return command.getClass().getAnnotation(Command.class).name();
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
