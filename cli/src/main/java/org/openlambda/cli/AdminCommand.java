package org.openlambda.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ol admin`: OpenLambda's group of commands for a worker's folder.
@Command(
    name = "admin",
    mixinStandardHelpOptions = true,
    description = "Change the functions in a worker's folder, as OpenLambda's scripts do.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Examples:", "  ol admin install -p my-worker examples/hello"})
final class AdminCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    var line = Ol.spec(spec).commandLine();
    line.usage(line.getOut());
  }
}
