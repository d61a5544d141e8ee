package org.openlambda.server;

import java.util.List;
import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;
import picocli.CommandLine;

/// The program `ol`.
public final class Main {
  /// Command lines, separated by semicolons, to be executed before the one that is given: `./dev
  /// build` records which classes they load.
  private static final String TRAINING = "openlambda.training";

  private Main() {}

  public static void main(String[] arguments) {
    if (System.getProperty(TRAINING) != null) {
      train(System.getProperty(TRAINING));
    }
    System.exit(commandLine(List.of(arguments)).execute(arguments));
  }

  private static void train(String lines) {
    var _ = commandLine(List.of()).getUsageMessage();
    for (String line : lines.isEmpty() ? new String[0] : lines.split(";", -1)) {
      String[] words = line.split(" ", -1);
      var _ = commandLine(List.of(words)).execute(words);
    }
  }

  static CommandLine commandLine(List<String> arguments) {
    return Ol.commandLine(
        arguments,
        new DevCommand(),
        new UpCommand(),
        new StatusCommand(),
        new DownCommand(),
        new BackupCommand(),
        new RestoreCommand(),
        new WorkerCommand(),
        new DoctorCommand(),
        new BenchCommand());
  }
}
