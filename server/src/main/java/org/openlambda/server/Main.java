package org.openlambda.server;

import java.util.List;
import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;
import picocli.CommandLine;

/// The program `ol`.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    if (Boolean.getBoolean("openlambda.training")) {
      // `./dev build` records which classes a start loads; help is one
      var _ = commandLine(List.of()).getUsageMessage();
    }
    System.exit(commandLine(List.of(arguments)).execute(arguments));
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
