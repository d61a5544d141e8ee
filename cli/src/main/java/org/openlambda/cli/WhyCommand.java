package org.openlambda.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.openlambda.cli.report.Account;
import org.openlambda.cli.server.RequestIds;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `ol why`: what became of a call.
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Say what became of a call: how it ended and why, where its time went, what it used and what"
          + " it printed."
    },
    footer = {
      "",
      "The id is the x-request-id of the answer ('ol invoke -v' shows it). The start of one, as 'ol"
          + " logs' prints it, will do for a call that printed something.",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol why 6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11",
      "  ol why 6f2c0f1e",
      "  ol why 6f2c0f1e -o json | jq .usage"
    })
final class WhyCommand implements Callable<Integer> {
  private final Surroundings around;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "REQUEST_ID", description = "of the call, or how it begins")
  private String id = "";

  WhyCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.server();
    JsonNode call = asked.json("/api/v1/invocations/" + RequestIds.complete(asked, id));
    format.write(
        around.out(),
        call,
        out -> Account.lines(call, out.tty(), around.clock().getZone()).forEach(out::line));
    return ExitStatus.OK;
  }
}
