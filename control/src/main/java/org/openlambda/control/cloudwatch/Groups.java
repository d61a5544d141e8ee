package org.openlambda.control.cloudwatch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.logs.LogStore;
import org.openlambda.control.logs.LogStore.Stream;
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

  /// Of a function, those that its lines tell of.
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
    var streams = new ArrayList<Stream>();
    for (Stream stream : streams(function)) {
      if (name(stream).startsWith(prefix.orElse(""))) {
        streams.add(stream);
      }
    }
    Comparator<String> natural = Comparator.naturalOrder();
    Page<Stream> page =
        Page.of(
            streams,
            byTime ? Groups::timeKey : Groups::name,
            ask.flag("descending", false) ? natural.reversed() : natural,
            ask.text("nextToken"),
            limit);
    return page.answer(
        "logStreams",
        page.items().stream().map(stream -> described(ask, function, stream)).toList());
  }

  private List<Stream> streams(FunctionId function) throws Refusal, IOException {
    if (store.extent(function).isEmpty()) {
      throw Refusal.unknown("log group");
    }
    return store.streams(function);
  }

  private static String name(Stream stream) {
    return name(stream.name());
  }

  /// Sorts by time, then by name.
  private static String timeKey(Stream stream) {
    return "%016x %s".formatted(stream.lastMillis(), name(stream));
  }

  /// The stream of a line; what the server itself has to say has one of its own.
  static String stream(LogLine line) {
    return name(line.stream());
  }

  private static String name(String stream) {
    return stream.isEmpty() ? "server" : stream;
  }

  private static Map<String, Object> described(Ask ask, FunctionId function, Stream stream) {
    var described = new LinkedHashMap<String, Object>();
    described.put("logStreamName", name(stream));
    described.put("creationTime", stream.firstMillis());
    described.put("firstEventTimestamp", stream.firstMillis());
    described.put("lastEventTimestamp", stream.lastMillis());
    described.put("lastIngestionTime", stream.lastMillis());
    described.put("arn", ask.arn(name(function)) + ":log-stream:" + name(stream));
    described.put("storedBytes", 0); // as the service has answered since 2019
    return described;
  }
}
