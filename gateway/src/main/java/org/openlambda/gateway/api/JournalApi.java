package org.openlambda.gateway.api;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.invocation.Usage;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.limit.Room;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happened lately: `/api/v1/invocations/{id}` and `/api/v1/logs`.
final class JournalApi {
  /// Lines of the past that one answer may hold.
  private static final int MOST_LINES = 10_000;

  /// More than asking for the past takes.
  private static final Duration OVERLAP = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(JournalApi.class);
  private static final byte[] LINE_BREAK = {'\n'};

  private final Journal journal;

  /// Whose invocations are told of.
  private final Account account;

  private final Set<LogFeed> followed = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  private final LogReaders readers;

  JournalApi(Journal journal, Account account, LogReaders readers) {
    this.journal = journal;
    this.account = account;
    this.readers = readers;
  }

  /// Everything known of one invocation.
  void invocation(Exchange exchange, String id) {
    var request = new RequestId(id);
    Optional<Room.Place> place = readers.enter(account);
    if (place.isEmpty()) {
      exchange.answer(tooManyReaders());
      return;
    }
    try (var _ = place.get()) {
      journal
          .find(request)
          .filter(entry -> isOurs(entry.function()))
          .ifPresentOrElse(
              entry -> Json.answer(exchange, described(entry, journal.lines(request))),
              () -> exchange.answer(unknownInvocation()));
    }
  }

  private static Problem tooManyReaders() {
    return Problem.of(
            429,
            "route",
            "too-many-readers",
            "Too many read logs just now",
            "As many answers are made of logs as may be at once.",
            "Try again after the time in Retry-After.")
        .retryAfter(LogReaders.RETRY);
  }

  private static Problem unknownInvocation() {
    return Problem.of(
        404,
        "route",
        "unknown-invocation",
        "This invocation is not known",
        "No invocation of this id is among those kept.",
        "Take the id from x-request-id; the oldest ones are forgotten.");
  }

  private static Map<String, Object> described(Journal.Entry entry, List<LogLine> lines) {
    var described = new LinkedHashMap<String, Object>();
    described.put("id", entry.id().text());
    described.put("function", entry.function().name().text());
    described.put("version", entry.version());
    described.put("at", entry.at().toString());
    described.put("status", entry.status());
    var cause = Cause.of(entry.outcome());
    described.put("outcome", cause.outcome());
    described.put("cause", cause.text());
    if (entry.outcome() instanceof Outcome.Threw threw) {
      described.put("trace", threw.trace());
    }
    if (entry.outcome() instanceof Outcome.Ran ran) {
      described.put("usage", described(ran.usage()));
    }
    described.put("log", lines.stream().map(JournalApi::described).toList());
    return described;
  }

  private static Map<String, Object> described(Usage usage) {
    var phases = new LinkedHashMap<String, Object>();
    phases.put("queue_ms", millis(usage.phases().queue()));
    phases.put("cold_ms", millis(usage.phases().specialise()));
    phases.put("init_ms", millis(usage.phases().init()));
    phases.put("handler_ms", millis(usage.phases().handler()));
    var described = new LinkedHashMap<String, Object>();
    described.put("start", usage.start().name().toLowerCase(Locale.ROOT));
    described.put("wall_ms", millis(usage.wall()));
    described.put("billed_ms", millis(usage.billed()));
    described.put("memory_mb", usage.memory().inMebi());
    described.put("peak_memory_bytes", usage.peakMemory().count());
    described.put("cpu_ms", millis(usage.cpu()));
    described.put("cost_gbs", usage.gigabyteSeconds());
    described.put("phases", phases);
    return described;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static Map<String, Object> described(LogLine line) {
    var described = new LinkedHashMap<String, Object>();
    described.put("at", line.at().toString());
    described.put("function", line.function().name().text());
    described.put("invocation", line.invocation().text());
    described.put("text", line.text());
    return described;
  }

  /// `?function=NAME&since=INSTANT&id=INVOCATION&text=WORDS&follow=true`: a JSON object a line, the
  /// oldest first. Following, the answer has no end; a reader that falls 1,024 lines behind is told
  /// so and let go.
  void logs(Exchange exchange) {
    Selection selection;
    boolean follow;
    try {
      var query = Query.of(exchange.query());
      selection =
          new Selection(
              account,
              query.get("function").map(FunctionName::new),
              query.get("since").map(Instant::parse),
              query.get("id").map(RequestId::new),
              query.get("text"));
      follow = exchange.method().equals("GET") && query.get("follow").equals(Optional.of("true"));
    } catch (IllegalArgumentException | DateTimeParseException wrong) {
      exchange.answer(badQuery(String.valueOf(wrong.getMessage())));
      return;
    }
    var feed = new LogFeed(selection::takes);
    try {
      exchange.whenGone(feed::close);
      boolean begun =
          follow
              ? follow(exchange, feed, selection)
              : past(exchange, selection, MOST_LINES).isPresent();
      if (begun) {
        exchange.end(List.of());
      }
    } catch (IOException gone) {
      log.debug("request {}: {}", exchange.id(), gone.getMessage());
      exchange.abort();
    }
  }

  private static Problem badQuery(String what) {
    return Problem.of(
        400,
        "route",
        "bad-query",
        "The query is wrong",
        what,
        "Use ?function=NAME&since=2026-01-31T12:00:00Z&id=INVOCATION&text=WORDS&follow=true, each"
            + " of them optional.");
  }

  /// Begins the answer with what was printed until now; or answers that too many read just now.
  ///
  /// @return what may be told once more; empty if the answer is given
  private Optional<Set<LogLine>> past(Exchange exchange, Selection selection, int most)
      throws IOException {
    Optional<Room.Place> place = readers.enter(account);
    if (place.isEmpty()) {
      exchange.answer(tooManyReaders());
      return Optional.empty();
    }
    try (var _ = place.get()) {
      List<LogLine> past = journal.recent(selection, most);
      exchange.begin(200, List.of(new Header("content-type", "application/x-ndjson")), "");
      send(exchange, past);
      return Optional.of(newest(past));
    }
  }

  /// @return whether the answer was begun, and is to be ended
  private boolean follow(Exchange exchange, LogFeed feed, Selection selection) throws IOException {
    followed.add(feed);
    if (closing) {
      feed.close();
    }
    try (AutoCloseable _ = journal.listen(_ -> {}, feed::add)) {
      Optional<Set<LogLine>> begun =
          past(exchange, selection, selection.since().isPresent() ? MOST_LINES : 0);
      if (begun.isEmpty()) {
        return false;
      }
      Set<LogLine> told = begun.get();
      for (var line = feed.next(); line.isPresent(); line = feed.next()) {
        if (!told.remove(line.get())) {
          send(exchange, List.of(line.get()));
        }
      }
      if (feed.isOverrun()) {
        exchange.send(
            Json.bytes(
                Map.of(
                    "dropped",
                    "lines were lost: this reader was " + LogFeed.ROOM + " lines behind")));
        exchange.send(LINE_BREAK);
      }
      return true;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot follow the log: " + e.getMessage(), e);
    } finally {
      followed.remove(feed);
    }
  }

  /// The lines that may be in the feed, too, as they were printed when it had begun.
  private static Set<LogLine> newest(List<LogLine> past) {
    if (past.isEmpty()) {
      return new HashSet<>();
    }
    Instant since = past.getLast().at().minus(OVERLAP);
    return past.stream()
        .filter(line -> line.at().isAfter(since))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// Ends every answer that follows the log, now and from now on.
  void letGo() {
    closing = true;
    followed.forEach(LogFeed::close);
  }

  private void send(Exchange exchange, List<LogLine> lines) throws IOException {
    for (LogLine line : lines) {
      exchange.send(withLineBreak(Json.bytes(described(line))));
    }
  }

  private static byte[] withLineBreak(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private boolean isOurs(FunctionId function) {
    return function.account().equals(account);
  }
}
