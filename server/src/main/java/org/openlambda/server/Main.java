package org.openlambda.server;

import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;
import picocli.CommandLine;

/// The program `ol`.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    CommandLine line =
        Ol.commandLine(
            new DevCommand(),
            new UpCommand(),
            new StatusCommand(),
            new DownCommand(),
            new WorkerCommand(),
            new DoctorCommand(),
            new BenchCommand());
    if (Boolean.getBoolean("openlambda.training")) {
      line.getUsageMessage(); // `./dev build` records which classes a start loads; help is one
    }
    System.exit(line.execute(arguments));
  }
}
