package org.openlambda.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.report.Table;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `ol audit`: who changed what.
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Show what was changed in your account, by whom and from where, the newest first; and who was"
          + " kept from it."
    },
    footer = {
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol audit",
      "  ol audit --since 1d --user ada",
      "  ol audit -n 1000 -o json"
    })
final class AuditCommand implements Callable<Integer> {
  private static final int USUAL = 100;
  private static final int SECONDS = 19;

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "how long ago (30s, 5m, 2h, 1d), or when (2026-01-31T12:00:00Z)")
  private Optional<String> since = Optional.empty();

  @Option(names = "--until", paramLabel = "TIME", description = "in the same form")
  private Optional<String> until = Optional.empty();

  @Option(names = "--user", paramLabel = "NAME", description = "only what one user did")
  private Optional<String> user = Optional.empty();

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "no more than so many, 1000 at most (100)")
  private int limit = USUAL;

  @Option(
      names = "--after",
      paramLabel = "POSITION",
      description = "go on where an earlier list ended")
  private Optional<String> after = Optional.empty();

  AuditCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode page = server.current().json("/api/v1/audit?" + query());
    if (format.isJson()) {
      around.out().line(Json.indented(page));
      return ExitStatus.OK;
    }
    var table =
        new Table(around.out().tty(), "TIME", "USER", "OPERATION", "RESOURCE", "FROM", "OUTCOME");
    for (JsonNode entry : page.path("entries")) {
      String at = Json.text(entry, "at");
      table.row(
          at.length() > SECONDS ? at.substring(0, SECONDS) + "Z" : at,
          Json.text(entry, "user"),
          Json.text(entry, "operation"),
          Json.text(entry, "resource"),
          Json.text(entry, "peer"),
          (Json.text(entry, "status") + " " + Json.text(entry, "code")).strip());
    }
    table.lines().forEach(around.out()::line);
    if (page.has("next")) {
      around.err().line("there are more: --after " + Json.text(page, "next"));
    }
    return ExitStatus.OK;
  }

  private String query() {
    List<String> pairs = new ArrayList<>(List.of("limit=" + limit));
    since.ifPresent(typed -> pairs.add("since=" + instant("--since", typed)));
    until.ifPresent(typed -> pairs.add("until=" + instant("--until", typed)));
    user.ifPresent(name -> pairs.add("user=" + PathText.encodedSegment(name)));
    after.ifPresent(position -> pairs.add("after=" + PathText.encodedSegment(position)));
    return String.join("&", pairs);
  }

  private String instant(String option, String typed) {
    try {
      return PathText.encodedSegment(PointInTime.parse(typed, around.clock()).toString());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(spec).commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
