package org.openlambda.control.model;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the operation that a request asks for. Safe for any thread.
public final class Operations {
  private final List<Operation> all;

  public Operations(Model model) {
    this.all = model.operations();
  }

  /// What was found.
  ///
  /// @param labels what stood in the path for each name in braces, decoded
  public record Found(Operation operation, Map<String, String> labels) {}

  /// @param path as sent, percent-encoded; one `/` at the end does not count, as older clients send
  ///   one
  /// @param query its parameters, decoded
  /// @return empty if no operation has this path and method
  /// @throws IllegalArgumentException if the percent-encoding is wrong
  public Optional<Found> find(String method, String path, Map<String, List<String>> query) {
    String trimmed = path.endsWith("/") ? path.substring(1, path.length() - 1) : path.substring(1);
    List<String> segments = List.of(trimmed.split("/", -1));
    Optional<Operation> best = Optional.empty();
    for (Operation operation : all) {
      if (operation.method().equals(method)
          && matches(operation.segments(), segments)
          && has(query, operation.query())
          && (best.isEmpty() || best.get().query().size() < operation.query().size())) {
        best = Optional.of(operation);
      }
    }
    return best.map(operation -> new Found(operation, labels(operation.segments(), segments)));
  }

  private static boolean matches(List<String> template, List<String> segments) {
    if (template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      boolean any = template.get(i).startsWith("{") && !segments.get(i).isEmpty();
      if (!any && !template.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean has(Map<String, List<String>> query, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .allMatch(pair -> query.getOrDefault(pair.getKey(), List.of()).contains(pair.getValue()));
  }

  private static Map<String, String> labels(List<String> template, List<String> segments) {
    var labels = new HashMap<String, String>();
    for (int i = 0; i < template.size(); i++) {
      String part = template.get(i);
      if (part.startsWith("{")) {
        labels.put(part.substring(1, part.length() - 1), decoded(segments.get(i)));
      }
    }
    return labels;
  }

  /// A `+` in a path is a plus.
  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
