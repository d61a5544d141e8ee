package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.Table;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Key;
import org.openlambda.cli.server.KnownServers;
import org.openlambda.cli.server.Login;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `ol servers`: which ones are known here.
@Command(
    name = "servers",
    mixinStandardHelpOptions = true,
    description =
        "List the servers that you have a key or a token of; the one that is meant is first.",
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol servers",
      "  ol servers use https://functions.example.com"
    })
final class ServersCommand implements Callable<Integer> {
  private final Surroundings around;
  private final KnownServers known = KnownServers.of(System.getenv());

  @Mixin private FormatOption format = new FormatOption();

  ServersCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException {
    String current = known.current().orElse("");
    List<String> addresses = known.addresses();
    var table = new Table(around.out().tty(), "", "SERVER", "USER", "KEY", "UNTIL");
    var all = JsonMapper.shared().createArrayNode();
    for (String address : addresses) {
      Optional<Login> login = known.login(address);
      String user = login.map(l -> l.account() + "/" + l.user()).orElse("");
      String key = known.key(address).map(Key::id).orElse("");
      String until = login.map(Login::expires).orElse("");
      boolean meant = address.equals(current);
      table.row(meant ? "*" : "", address, user, key, until);
      all.addObject()
          .put("server", address)
          .put("current", meant)
          .put("user", user)
          .put("key", key)
          .put("expires", until);
    }
    if (format.isJson()) {
      around.out().line(Json.indented(all));
    } else if (addresses.isEmpty()) {
      around.out().line("no servers yet: 'ol login' or the first 'ol up' makes one known");
    } else {
      table.lines().forEach(around.out()::line);
    }
    return ExitStatus.OK;
  }

  @Command(
      name = "use",
      mixinStandardHelpOptions = true,
      description = "Make a server the one that is meant where none is named.")
  Integer use(@Parameters(paramLabel = "URL", description = "its address") String address)
      throws IOException {
    if (!known.use(address)) {
      throw new IOException(
          "no server " + address + " is known: 'ol servers' lists those that are");
    }
    format.print(
        around.out(), Json.object().put("server", address), address + ": meant from now on");
    return ExitStatus.OK;
  }
}
