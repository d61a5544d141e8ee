package org.openlambda.cli.lambda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The environment of a function. Values are never part of what is said about it.
public final class Variables {
  private final SortedMap<String, String> before;
  private final SortedMap<String, String> now;

  private Variables(SortedMap<String, String> before) {
    this.before = before;
    this.now = new TreeMap<>(before);
  }

  /// @param configuration a `FunctionConfiguration`
  public static Variables of(JsonNode configuration) {
    var pairs = new TreeMap<String, String>();
    for (var pair : configuration.path("Environment").path("Variables").properties()) {
      pairs.put(pair.getKey(), pair.getValue().asString(""));
    }
    return new Variables(pairs);
  }

  public List<String> names() {
    return List.copyOf(now.keySet());
  }

  public void set(String name, String value) {
    now.put(name, value);
  }

  /// @return whether it was there
  public boolean unset(String name) {
    return now.remove(name) != null;
  }

  /// What has changed, by names: `+A`, `-B`, and `~C` for another value.
  public List<String> changes() {
    var changes = new ArrayList<String>();
    now.forEach((name, value) -> {
      if (!before.containsKey(name)) {
        changes.add("+" + name);
      } else if (!value.equals(before.get(name))) {
        changes.add("~" + name);
      }
    });
    before.keySet().stream()
        .filter(name -> !now.containsKey(name))
        .forEach(name -> changes.add("-" + name));
    return changes;
  }

  /// Writes them into a request, all of them: it replaces those that are there.
  public void putInto(ObjectNode request) {
    ObjectNode all = request.putObject("Environment").putObject("Variables");
    for (Map.Entry<String, String> pair : now.entrySet()) {
      all.put(pair.getKey(), pair.getValue());
    }
  }
}
