package org.openlambda.control.cloudwatch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.logs.LogStore;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.LogLine;

/// Tells which groups and streams there are.
final class Groups {
  private static final int MOST = 50;

  private final LogStore store;

  Groups(LogStore store) {
    this.store = store;
  }

  /// Of the functions of an account, those that have printed something.
  Map<String, Object> describe(Ask ask) throws Refusal {
    String prefix = ask.name("logGroupNamePrefix").orElse("");
    String part = ask.name("logGroupNamePattern").orElse("");
    if (!prefix.isEmpty() && !part.isEmpty()) {
      throw Refusal.invalid("logGroupNamePrefix and logGroupNamePattern exclude one another.");
    }
    List<FunctionId> wanted =
        store.functions(ask.account()).stream()
            .filter(function -> name(function).startsWith(prefix) && name(function).contains(part))
            .toList();
    Page<FunctionId> page =
        Page.of(
            wanted,
            Groups::name,
            Comparator.naturalOrder(),
            ask.text("nextToken"),
            ask.limit(MOST));
    var groups = new ArrayList<Map<String, Object>>();
    for (FunctionId function : page.items()) {
      store.extent(function).ifPresent(extent -> groups.add(described(ask, function, extent)));
    }
    return page.answer("logGroups", groups);
  }

  private static String name(FunctionId function) {
    return Ask.GROUP + function.name();
  }

  private static Map<String, Object> described(Ask ask, FunctionId function, LogStore.Extent has) {
    var group = new LinkedHashMap<String, Object>();
    group.put("logGroupName", name(function));
    group.put("creationTime", has.sinceMillis());
    group.put("metricFilterCount", 0);
    group.put("arn", ask.arn(name(function)) + ":*");
    group.put("storedBytes", has.bytes());
    group.put("logGroupClass", "STANDARD");
    group.put("logGroupArn", ask.arn(name(function)));
    return group;
  }

  /// When the lines of a stream were printed, in milliseconds since 1970.
  private record Span(String name, long first, long last) {
    private Span with(long millis) {
      return new Span(name, Math.min(first, millis), Math.max(last, millis));
    }

    /// Sorts by time, then by name.
    private String timeKey() {
      return "%016x %s".formatted(last, name);
    }
  }

  /// Reads all that is kept of the function.
  Map<String, Object> describeStreams(Ask ask) throws Refusal, IOException {
    FunctionId function = ask.function();
    Optional<String> prefix = ask.name("logStreamNamePrefix");
    String order = ask.text("orderBy").orElse("LogStreamName");
    if (!order.equals("LogStreamName") && !order.equals("LastEventTime")) {
      throw Refusal.invalid("orderBy is LogStreamName or LastEventTime.");
    }
    boolean byTime = order.equals("LastEventTime");
    if (byTime && prefix.isPresent()) {
      throw Refusal.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    int limit = ask.limit(MOST);
    var spans = new ArrayList<Span>();
    for (Span span : spans(function)) {
      if (span.name.startsWith(prefix.orElse(""))) {
        spans.add(span);
      }
    }
    Comparator<String> natural = Comparator.naturalOrder();
    Page<Span> page =
        Page.of(
            spans,
            byTime ? Span::timeKey : Span::name,
            ask.flag("descending", false) ? natural.reversed() : natural,
            ask.text("nextToken"),
            limit);
    return page.answer(
        "logStreams", page.items().stream().map(span -> described(ask, function, span)).toList());
  }

  private List<Span> spans(FunctionId function) throws Refusal, IOException {
    if (store.extent(function).isEmpty()) {
      throw Refusal.unknown("log group");
    }
    var spans = new HashMap<String, Span>();
    store.read(
        function,
        Optional.empty(),
        0,
        (line, _) -> {
          long millis = line.at().toEpochMilli();
          spans.merge(
              stream(line),
              new Span(stream(line), millis, millis),
              (known, _) -> known.with(millis));
          return true;
        });
    return List.copyOf(spans.values());
  }

  /// The stream of a line; what the server itself has to say has one of its own.
  static String stream(LogLine line) {
    return line.stream().isEmpty() ? "server" : line.stream();
  }

  private static Map<String, Object> described(Ask ask, FunctionId function, Span span) {
    var stream = new LinkedHashMap<String, Object>();
    stream.put("logStreamName", span.name);
    stream.put("creationTime", span.first);
    stream.put("firstEventTimestamp", span.first);
    stream.put("lastEventTimestamp", span.last);
    stream.put("lastIngestionTime", span.last);
    stream.put("arn", ask.arn(name(function)) + ":log-stream:" + span.name);
    stream.put("storedBytes", 0); // as the service has answered since 2019
    return stream;
  }
}
