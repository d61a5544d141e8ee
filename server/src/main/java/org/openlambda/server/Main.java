package org.openlambda.server;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;
import picocli.CommandLine;

/// The program `ol`.
public final class Main {
  private static final Set<String> SERVERS = Set.of("dev", "up");

  /// With these, no server is started in this process.
  private static final Set<String> NO_SERVER = Set.of("-d", "--detach", "-h", "--help");

  private Main() {}

  public static void main(String[] arguments) {
    if (startsServer(List.of(arguments))) {
      Ahead.begin();
    }
    System.exit(Ol.run(Main::commandLine, arguments));
  }

  private static boolean startsServer(List<String> arguments) {
    return !arguments.isEmpty()
        && SERVERS.contains(arguments.getFirst())
        && Collections.disjoint(arguments, NO_SERVER);
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
