package org.openlambda.cli;

import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.Server;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The option that every command which asks a server has.
final class ServerOption {
  private static final String DEFAULT = "http://127.0.0.1:5000";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:OL_SERVER:-" + DEFAULT + "}",
      description = "where the server is (default: OL_SERVER, or " + DEFAULT + ")")
  private String address = "";

  Server server() {
    try {
      return Server.at(address.isBlank() ? DEFAULT : address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(command).commandLine(), e.getMessage(), e);
    }
  }
}
