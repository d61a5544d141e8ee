package org.openlambda.cli;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.KnownServers;
import org.openlambda.cli.server.Login;
import org.openlambda.cli.server.Server;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The option that every command which asks a server has.
final class ServerOption {
  private static final String DEFAULT = "http://127.0.0.1:5000";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:OL_SERVER:-}",
      scope = ScopeType.INHERIT,
      description = "where the server is (default: OL_SERVER, or " + DEFAULT + ")")
  private String address = "";

  private final KnownServers known = KnownServers.of(System.getenv());

  /// The one that is named, or the usual one of `ol dev`.
  Server server() throws IOException {
    return at(address.isBlank() ? DEFAULT : address);
  }

  /// The one that is named, or the one that has left its key here last.
  Server current() throws IOException {
    return at(address.isBlank() ? known.current().orElse(DEFAULT) : address);
  }

  /// The same, but as nobody.
  Server anonymous() throws IOException {
    try {
      return Server.at(address.isBlank() ? known.current().orElse(DEFAULT) : address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(command).commandLine(), e.getMessage(), e);
    }
  }

  KnownServers known() {
    return known;
  }

  private Server at(String where) throws IOException {
    try {
      Server server = Server.at(where);
      Optional<Login> login = known.login(server.address());
      return login.isPresent()
          ? server.with(login.get())
          : known.key(server.address()).map(server::with).orElse(server);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(command).commandLine(), e.getMessage(), e);
    }
  }
}
