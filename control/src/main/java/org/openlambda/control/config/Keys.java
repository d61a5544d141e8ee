package org.openlambda.control.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.openlambda.control.config.YamlNode.Scalar;
import org.openlambda.core.function.Problems;

/// Reads one mapping strictly: a key that is not known, or a value of the wrong kind, is a problem
/// and counts as absent.
final class Keys {
  private final String path;
  private final Map<String, YamlNode.Value> entries;
  private final Problems problems;

  private Keys(String path, Map<String, YamlNode.Value> entries, Problems problems) {
    this.path = path;
    this.entries = entries;
    this.problems = problems;
  }

  /// The mapping `node`, reached under `path` (`triggers.http[0]`, or empty for the file), which
  /// may have the keys `known`.
  static Keys of(String path, YamlNode node, List<String> known, Problems problems) {
    if (node instanceof YamlNode.Mapping mapping) {
      var keys = new Keys(path, mapping.entries(), problems);
      mapping.entries().forEach((key, value) -> keys.refuseUnknown(key, value, known));
      return keys;
    }
    boolean nothing = node instanceof Scalar scalar && scalar.type() == Scalar.Type.NOTHING;
    if (!nothing || !path.isEmpty()) {
      problems.add(
          "ol.yaml %s: %s must be a mapping with the keys %s, not %s"
              .formatted(
                  node.at(),
                  path.isEmpty() ? "the file" : path,
                  String.join(", ", known),
                  node.kind()));
    }
    return new Keys(path, Map.of(), problems);
  }

  private void refuseUnknown(String key, YamlNode.Value value, List<String> known) {
    if (known.contains(key)) {
      return;
    }
    problems.add(
        "ol.yaml %s: %s is not known%s (known are %s)"
            .formatted(
                value.keyAt(),
                Problems.quote(name(key)),
                nearest(key, known).map(near -> "; did you mean '" + near + "'?").orElse(""),
                String.join(", ", known)));
  }

  /// The key with its path: `triggers.http`.
  String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  Optional<YamlNode> node(String key) {
    return Optional.ofNullable(entries.get(key)).map(YamlNode.Value::node);
  }

  /// A value of one of the types, turned into something by `read`, whose [IllegalArgumentException]
  /// says what is allowed.
  <T> Optional<T> value(
      String key, List<Scalar.Type> types, String allowed, Function<Scalar, T> read) {
    var node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof Scalar scalar) || !types.contains(scalar.type())) {
      problem(key, node.get(), "must be " + allowed + ", not " + shown(node.get()));
      return Optional.empty();
    }
    try {
      return Optional.of(read.apply(scalar));
    } catch (IllegalArgumentException e) {
      problem(
          key,
          scalar,
          "must be " + allowed + ", not " + shown(scalar) + " (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  /// The items of a list; empty if the key is absent or wrong.
  Optional<List<YamlNode>> items(String key, String allowed) {
    var node = node(key);
    if (node.isPresent() && !(node.get() instanceof YamlNode.Items)) {
      problem(key, node.get(), "must be " + allowed + ", not " + shown(node.get()));
    }
    return node.filter(YamlNode.Items.class::isInstance)
        .map(list -> ((YamlNode.Items) list).items());
  }

  void problem(String key, YamlNode node, String text) {
    problems.add("ol.yaml %s: %s %s".formatted(node.at(), name(key), text));
  }

  static String shown(YamlNode node) {
    return node instanceof Scalar scalar && scalar.type() != Scalar.Type.NOTHING
        ? Problems.quote(scalar.text())
        : node.kind();
  }

  /// The known key that most resembles `key`, if one does.
  private static Optional<String> nearest(String key, List<String> known) {
    int most = Math.max(2, key.length() / 3);
    List<Map.Entry<Integer, String>> near = new ArrayList<>();
    for (String candidate : known) {
      int distance = key.length() > 64 ? Integer.MAX_VALUE : distance(key, candidate);
      if (distance <= most) {
        near.add(Map.entry(distance, candidate));
      }
    }
    return near.stream()
        .min(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .map(Map.Entry::getValue);
  }

  /// How many characters to insert, delete or replace (Levenshtein), with upper and lower case, `-`
  /// and `_` the same.
  private static int distance(String a, String b) {
    String left = a.toLowerCase(Locale.ROOT).replace('_', '-');
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (left.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
