package org.openlambda.control.cloudwatch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.openlambda.control.logs.LogStore;
import org.openlambda.control.logs.Position;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.LogLine;

/// Tells what was printed.
final class Events {
  private static final int MOST = 10_000;

  /// Characters of lines that one answer of [#filter] is looked for in.
  private static final long MOST_READ = 16L * 1024 * 1024;

  private static final Position START = new Position(0, 0);

  private final LogStore store;

  Events(LogStore store) {
    this.store = store;
  }

  /// A range of time in milliseconds since 1970.
  ///
  /// @param until what is not in it any more
  private record Range(long since, long until) {
    private static Range of(Ask ask, boolean withEnd) throws Refusal {
      long since = ask.millis("startTime", 0);
      long end = ask.millis("endTime", Long.MAX_VALUE);
      if (since > end) {
        throw Refusal.invalid("endTime is before startTime.");
      }
      return new Range(since, withEnd && end < Long.MAX_VALUE ? end + 1 : end);
    }

    private boolean has(LogLine line) {
      long millis = line.at().toEpochMilli();
      return millis >= since && millis < until;
    }
  }

  /// Events of one stream: the newest, or the oldest, or those before or behind a token.
  Map<String, Object> get(Ask ask) throws Refusal, IOException {
    FunctionId function = existing(ask);
    String stream =
        ask.name("logStreamName")
            .orElseThrow(() -> Refusal.invalid("logStreamName must be given."));
    Range range = Range.of(ask, false);
    var gathered = new Gathering(ask.limit(MOST));
    Optional<Token> token = token(ask);
    boolean forward = token.map(Token::forward).orElse(ask.flag("startFromHead", false));
    Optional<Position> from = token.map(Token::position);
    boolean[] seen = {false};
    store.read(
        function,
        forward ? from : Optional.empty(),
        range.since,
        (line, position) -> {
          if (!forward && from.isPresent() && position.compareTo(from.get()) >= 0) {
            return false;
          }
          if (!Groups.stream(line).equals(stream)) {
            return true;
          }
          seen[0] = true;
          if (!range.has(line)) {
            return true;
          }
          if (forward) {
            return gathered.takes(line, position);
          }
          gathered.takeLast(line, position);
          return true;
        });
    if (!seen[0] && !exists(function, stream)) {
      throw Refusal.unknown("log stream");
    }
    return page(gathered, token);
  }

  private boolean exists(FunctionId function, String stream) throws IOException {
    boolean[] seen = {false};
    store.read(
        function,
        Optional.empty(),
        0,
        (line, _) -> {
          seen[0] = Groups.stream(line).equals(stream);
          return !seen[0];
        });
    return seen[0];
  }

  /// A page without events leads to itself in its direction, and back to where it was come from.
  private static Map<String, Object> page(Gathering gathered, Optional<Token> token) {
    Token from = token.orElse(forward(START));
    int offset = from.position().offset();
    Position here =
        new Position(from.position().segment(), Math.max(0, from.forward() ? offset : offset - 1));
    var before = new Position(here.segment(), here.offset() + 1);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("events", gathered.ofOneStream());
    answer.put("nextForwardToken", forward(gathered.last().orElse(here)).text());
    answer.put("nextBackwardToken", new Token(false, gathered.first().orElse(before)).text());
    return answer;
  }

  private static Optional<Token> token(Ask ask) throws Refusal {
    Optional<String> text = ask.text("nextToken");
    return text.isPresent() ? Optional.of(Token.parse(text.get())) : Optional.empty();
  }

  private static Token forward(Position position) {
    return new Token(true, position);
  }

  /// Events of all streams that match a pattern, the oldest first. A page may have none, and
  /// another page follow.
  Map<String, Object> filter(Ask ask) throws Refusal, IOException {
    FunctionId function = existing(ask);
    Range range = Range.of(ask, true);
    Predicate<String> streams = streams(ask);
    FilterPattern pattern = FilterPattern.parse(ask.text("filterPattern").orElse(""));
    Optional<Position> after = token(ask).map(Token::position);
    var gathered = new Gathering(ask.limit(MOST));
    var scan = new Scan();
    store.read(
        function,
        after,
        range.since,
        (line, position) -> {
          boolean wanted =
              range.has(line) && streams.test(Groups.stream(line)) && pattern.matches(line.text());
          if (scan.characters > MOST_READ || (wanted && !gathered.takes(line, position))) {
            scan.stopped = true;
            return false;
          }
          scan.characters += line.text().length();
          scan.last = position;
          return true;
        });
    var answer = new LinkedHashMap<String, Object>();
    answer.put("events", gathered.ofManyStreams());
    answer.put("searchedLogStreams", List.of()); // as the service has answered since 2019
    if (scan.stopped) {
      answer.put("nextToken", forward(scan.last).text());
    }
    return answer;
  }

  /// How far one answer has looked.
  private static final class Scan {
    private long characters;
    private Position last = START;
    private boolean stopped;
  }

  private static Predicate<String> streams(Ask ask) throws Refusal {
    List<String> names = ask.texts("logStreamNames");
    Optional<String> prefix = ask.name("logStreamNamePrefix");
    if (!names.isEmpty() && prefix.isPresent()) {
      throw Refusal.invalid("logStreamNames and logStreamNamePrefix exclude one another.");
    }
    return names.isEmpty() ? name -> name.startsWith(prefix.orElse("")) : names::contains;
  }

  private FunctionId existing(Ask ask) throws Refusal {
    FunctionId function = ask.function();
    if (store.extent(function).isEmpty()) {
      throw Refusal.unknown("log group");
    }
    return function;
  }
}
