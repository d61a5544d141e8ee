package org.openlambda.control.config;

import java.util.List;
import java.util.SequencedMap;

/// A piece of YAML that knows where it stands.
sealed interface YamlNode {
  Position at();

  /// What it is, for people: `a list`.
  String kind();

  /// @param line from 1
  /// @param column from 1
  record Position(int line, int column) {
    @Override
    public String toString() {
      return "line " + line + ", column " + column;
    }
  }

  /// A single value.
  ///
  /// @param text as written, without quotes
  record Scalar(Position at, Type type, String text) implements YamlNode {
    enum Type {
      TEXT,
      NUMBER,
      BOOLEAN,
      NOTHING
    }

    @Override
    public String kind() {
      return switch (type) {
        case TEXT -> "a text";
        case NUMBER -> "a number";
        case BOOLEAN -> "true or false";
        case NOTHING -> "nothing";
      };
    }
  }

  record Items(Position at, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /// @param entries in the order written; no key twice
  record Mapping(Position at, SequencedMap<String, Value> entries) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /// @param keyAt where the key stands
  record Value(Position keyAt, YamlNode node) {}
}
