package org.openlambda.control.config;

import static org.openlambda.control.config.YamlNode.Scalar.Type.TEXT;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.config.YamlNode.Scalar;
import org.openlambda.core.function.Problems;

/// Reads `triggers`: what invokes a function. Only HTTP does in this version; schedules and Kafka
/// topics are checked, and noted as not run.
final class TriggersReader {
  private static final List<String> METHODS =
      List.of("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final String METHOD = "one of " + String.join(", ", METHODS);

  private final Problems problems;
  private final List<String> notes;

  TriggersReader(Problems problems, List<String> notes) {
    this.problems = problems;
    this.notes = notes;
  }

  /// The HTTP methods that invoke the function.
  List<String> methods(Optional<YamlNode> node) {
    if (node.isEmpty()) {
      return List.of("*");
    }
    var triggers = Keys.of("triggers", node.get(), List.of("http", "cron", "kafka"), problems);
    cron(triggers);
    kafka(triggers);
    return triggers
        .items("http", "a list like [{method: GET}]; an empty list blocks all calls")
        .map(this::http)
        .orElse(List.of("*"));
  }

  private List<String> http(List<YamlNode> items) {
    var methods = new LinkedHashSet<String>();
    for (int i = 0; i < items.size(); i++) {
      var keys = Keys.of("triggers.http[" + i + "]", items.get(i), List.of("method"), problems);
      methods.add(keys.value("method", List.of(TEXT), METHOD, TriggersReader::method).orElse("*"));
    }
    return List.copyOf(methods);
  }

  private static String method(Scalar value) {
    if (!METHODS.contains(value.text())) {
      throw new IllegalArgumentException("methods are written in upper case, '*' means all");
    }
    return value.text();
  }

  private void cron(Keys triggers) {
    var items = triggers.items("cron", "a list like [{schedule: '0 * * * *'}]").orElse(List.of());
    for (int i = 0; i < items.size(); i++) {
      String path = "triggers.cron[" + i + "]";
      var keys = Keys.of(path, items.get(i), List.of("schedule"), problems);
      required(keys, "schedule", path, items.get(i));
      keys.value("schedule", List.of(TEXT), CronSchedule.ALLOWED, CronSchedule::check);
    }
    if (!items.isEmpty()) {
      notes.add("cron triggers are not run by this version");
    }
  }

  private void kafka(Keys triggers) {
    var items =
        triggers
            .items("kafka", "a list like [{bootstrap_servers: ['host:9092'], topics: [orders]}]")
            .orElse(List.of());
    for (int i = 0; i < items.size(); i++) {
      String path = "triggers.kafka[" + i + "]";
      var known = List.of("bootstrap_servers", "topics", "auto_offset_reset");
      var keys = Keys.of(path, items.get(i), known, problems);
      for (String key : List.of("bootstrap_servers", "topics")) {
        required(keys, key, path, items.get(i));
        texts(keys, key);
      }
      keys.value(
          "auto_offset_reset",
          List.of(TEXT),
          "'earliest' or 'latest'",
          value -> oneOf(value, List.of("earliest", "latest")));
    }
    if (!items.isEmpty()) {
      notes.add("kafka triggers are not run by this version");
    }
  }

  private void required(Keys keys, String key, String path, YamlNode node) {
    if (keys.node(key).isEmpty()) {
      problems.add("ol.yaml %s: %s needs the key '%s'".formatted(node.at(), path, key));
    }
  }

  private static void texts(Keys keys, String key) {
    List<YamlNode> wrong = new ArrayList<>(keys.items(key, "a list of texts").orElse(List.of()));
    wrong.removeIf(item -> item instanceof Scalar scalar && scalar.type() == TEXT);
    for (YamlNode item : wrong) {
      keys.problem(key, item, "must be a list of texts; it holds " + item.kind());
    }
  }

  private static String oneOf(Scalar value, List<String> allowed) {
    if (!allowed.contains(value.text())) {
      throw new IllegalArgumentException("something else");
    }
    return value.text();
  }
}
