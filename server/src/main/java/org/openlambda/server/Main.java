package org.openlambda.server;

import java.util.List;
import java.util.Set;
import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;
import picocli.CommandLine;

/// The program `ol`.
public final class Main {
  private static final Set<String> SERVERS = Set.of("dev", "up");

  private Main() {}

  public static void main(String[] arguments) {
    if (arguments.length > 0 && SERVERS.contains(arguments[0])) {
      Ahead.begin();
    }
    System.exit(Ol.run(Main::commandLine, arguments));
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
