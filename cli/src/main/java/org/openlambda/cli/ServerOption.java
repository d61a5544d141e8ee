package org.openlambda.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
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
  private static final int DEV_PORT = 5000;
  private static final String DEFAULT = "http://127.0.0.1:" + DEV_PORT;
  private static final int CONNECT_MS = 1_000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:OL_SERVER:-}",
      scope = ScopeType.INHERIT,
      description =
          "where the server is (default: OL_SERVER, or the one that 'ol servers' shows as meant; "
              + "functions are looked for at "
              + DEFAULT
              + " first)")
  private String address = "";

  private final KnownServers known = KnownServers.of(System.getenv());

  /// The one that is named; or the usual one of `ol dev` if that runs, as it keeps no key here; or
  /// the one that has left its key here last.
  Server server() throws IOException {
    return address.isBlank() && isDevServerThere() ? at(DEFAULT) : current();
  }

  private static boolean isDevServerThere() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEV_PORT), CONNECT_MS);
      return true;
    } catch (IOException _) {
      return false;
    }
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
