package org.openlambda.control.cloudwatch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.logs.Position;
import org.openlambda.core.invocation.LogLine;

/// The events of one page, as many as an answer may have. For one thread.
final class Gathering {
  /// Bytes of events in an answer, of which each counts 26 more than its message has.
  static final int MOST_BYTES = 1024 * 1024;

  private static final int OVERHEAD = 26;

  private final int limit;
  private final Deque<Event> events = new ArrayDeque<>();
  private long bytes;

  private record Event(LogLine line, Position position, long bytes) {
    private long millis() {
      return line.at().toEpochMilli();
    }
  }

  Gathering(int limit) {
    this.limit = limit;
  }

  private static Event event(LogLine line, Position position) {
    int length = line.text().getBytes(StandardCharsets.UTF_8).length;
    return new Event(line, position, length + OVERHEAD);
  }

  /// Takes an event if there is room for it.
  boolean takes(LogLine line, Position position) {
    Event event = event(line, position);
    if (events.size() == limit || bytes + event.bytes > MOST_BYTES) {
      return false;
    }
    add(event);
    return true;
  }

  /// Takes an event and drops the first ones that there is no room for then.
  void takeLast(LogLine line, Position position) {
    add(event(line, position));
    while (events.size() > limit || bytes > MOST_BYTES) {
      bytes -= events.removeFirst().bytes;
    }
  }

  private void add(Event event) {
    events.addLast(event);
    bytes += event.bytes;
  }

  Optional<Position> first() {
    return Optional.ofNullable(events.peekFirst()).map(Event::position);
  }

  Optional<Position> last() {
    return Optional.ofNullable(events.peekLast()).map(Event::position);
  }

  /// As `GetLogEvents` tells them, in the order in which they were written.
  List<Map<String, Object>> ofOneStream() {
    return events.stream().map(Gathering::described).toList();
  }

  /// As `FilterLogEvents` tells them: by time.
  List<Map<String, Object>> ofManyStreams() {
    return events.stream()
        .sorted(Comparator.comparingLong(Event::millis).thenComparing(Event::position))
        .map(event -> {
          Map<String, Object> described = described(event);
          described.put("logStreamName", Groups.stream(event.line));
          described.put("eventId", id(event));
          return described;
        })
        .toList();
  }

  private static Map<String, Object> described(Event event) {
    var described = new LinkedHashMap<String, Object>();
    described.put("timestamp", event.millis());
    described.put("message", event.line.text());
    described.put("ingestionTime", event.millis());
    return described;
  }

  /// 56 digits, as the service has them; no other event of the group has the same.
  private static String id(Event event) {
    return "%016d%020d%020d"
        .formatted(event.millis(), event.position.segment(), event.position.offset());
  }
}
