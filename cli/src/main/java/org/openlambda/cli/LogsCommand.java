package org.openlambda.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.report.LogLine;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.LogFeed;
import org.openlambda.cli.server.LogFeed.Selection;
import org.openlambda.cli.server.RequestIds;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `ol logs`: what functions print.
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Show what functions printed lately, or with -f what they print.",
    footer = {
      "",
      "A line begins with the time and the start of the call's id, which 'ol why' takes. With -o"
          + " json, each is an object on a line of its own.",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol logs                     of all functions",
      "  ol logs hello -n 20         the last 20 lines of one",
      "  ol logs hello --since 5m    of the last five minutes",
      "  ol logs --grep Error        what contains a text, letter by letter",
      "  ol logs --id 6f2c0f1e       what one call printed",
      "  ol logs hello -f            as they come, until Ctrl-C"
    })
final class LogsCommand implements Callable<Integer> {
  /// Lines of the past that a follower sees first.
  private static final int BEFORE_FOLLOWING = 10;

  private final Surroundings around;
  private final Output out;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "a function; without it all")
  private Optional<String> function = Optional.empty();

  @Option(
      names = {"-f", "--follow"},
      description = "go on with the lines that come")
  private boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "how long ago (30s, 5m, 2h, 1d), or when (2026-01-31T12:00:00Z)")
  private Optional<String> since = Optional.empty();

  @Option(
      names = "--grep",
      paramLabel = "TEXT",
      description = "only lines that contain this text, letter by letter")
  private Optional<String> text = Optional.empty();

  @Option(
      names = "--id",
      paramLabel = "REQUEST_ID",
      description = "only lines of this call; how its id begins will do")
  private Optional<String> id = Optional.empty();

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "only the last N lines of the past (default: all, with -f 10)")
  private Optional<Integer> most = Optional.empty();

  LogsCommand(Surroundings around) {
    this.around = around;
    this.out = around.out();
  }

  /// A line, and the text that it was.
  private record Read(LogLine line, String json) {
    Instant at() {
      return Instant.parse(line.at());
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.server();
    Optional<String> call =
        id.isPresent() ? Optional.of(RequestIds.complete(asked, id.get())) : Optional.empty();
    var selection = new Selection(function, since.map(this::pointInTime), call, text);
    Optional<Integer> shown = most.or(this::mostByDefault);
    List<Read> past = past(asked, selection);
    past.stream()
        .skip(shown.map(count -> past.size() - Math.max(0, count)).filter(n -> n > 0).orElse(0))
        .forEach(this::show);
    if (follow) {
      follow(asked, selection, past);
    }
    return ExitStatus.OK;
  }

  private Instant pointInTime(String typed) {
    try {
      return PointInTime.parse(typed, around.clock());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(spec).commandLine(), "--since: " + e.getMessage(), e);
    }
  }

  private Optional<Integer> mostByDefault() {
    return follow && since.isEmpty() ? Optional.of(BEFORE_FOLLOWING) : Optional.empty();
  }

  /// The server bounds them.
  private static List<Read> past(Server asked, Selection selection)
      throws IOException, InterruptedException {
    List<Read> past = new ArrayList<>();
    try (var feed = LogFeed.open(asked, selection, false)) {
      for (String json = feed.next(); json != null; json = feed.next()) {
        past.add(new Read(LogLine.of(Json.read(json)), json));
      }
    }
    return past;
  }

  /// Asks again from the newest line on, so that none is missed between the two answers, and passes
  /// over those that were there already.
  private void follow(Server asked, Selection selection, List<Read> past)
      throws IOException, InterruptedException {
    Instant from = past.isEmpty() ? selection.since().orElse(Instant.EPOCH) : past.getLast().at();
    Deque<String> seen = new ArrayDeque<>();
    past.stream().filter(read -> !read.at().isBefore(from)).map(Read::json).forEach(seen::add);
    try (var feed = LogFeed.open(asked, selection.from(from), true)) {
      String json = feed.next();
      while (json != null && !out.stream().checkError()) {
        if (!seen.remove(json)) {
          JsonNode document = Json.read(json);
          if (document.has("dropped")) {
            around.err().line(Tty.printable(Json.text(document, "dropped")));
          } else {
            show(new Read(LogLine.of(document), json));
          }
        }
        json = feed.next();
      }
    }
  }

  private void show(Read read) {
    if (format.isJson()) {
      out.line(read.json());
    } else {
      out.line(read.line().toText(out.tty(), around.clock().getZone(), function.isEmpty()));
    }
  }
}
