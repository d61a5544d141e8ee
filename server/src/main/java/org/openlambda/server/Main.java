package org.openlambda.server;

import org.openlambda.bench.BenchCommand;
import org.openlambda.cli.Ol;

/// The program `ol`.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        Ol.commandLine(
                new DevCommand(), new WorkerCommand(), new DoctorCommand(), new BenchCommand())
            .execute(arguments));
  }
}
