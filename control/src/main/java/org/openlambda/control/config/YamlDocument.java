package org.openlambda.control.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.config.YamlNode.Position;
import org.openlambda.control.config.YamlNode.Scalar;
import org.openlambda.core.function.Problems;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Turns the bytes of a small YAML file, that anybody may have written, into a tree. What makes
/// YAML dangerous or surprising is refused: aliases and anchors (a few lines can expand to
/// gigabytes), tags, keys that come twice, more than one document, tabs as indentation.
final class YamlDocument {
  /// The largest file read.
  static final int LARGEST_BYTES = 64 * 1024;

  private static final int DEEPEST = 16;

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final YAMLParser parser;
  private final Problems problems;

  private YamlDocument(YAMLParser parser, Problems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /// Reads one document.
  ///
  /// @return empty if there is none, or none that can be read: then there are problems
  static Optional<YamlNode> read(byte[] bytes, Problems problems) {
    if (bytes.length > LARGEST_BYTES) {
      problems.add(
          "ol.yaml has more than %,d bytes, the most that is read".formatted(LARGEST_BYTES));
      return Optional.empty();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      problems.add("ol.yaml is not UTF-8 text: save it in that encoding");
      return Optional.empty();
    }
    if (hasTabs(text, problems)) {
      return Optional.empty();
    }
    try (var parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      return new YamlDocument(parser, problems).document();
    } catch (JacksonException e) {
      problems.add("ol.yaml is no valid YAML: " + reason(e));
      return Optional.empty();
    }
  }

  private static boolean hasTabs(String text, Problems problems) {
    boolean found = false;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int tab = line.indexOf('\t');
      if (tab >= 0 && line.substring(0, tab).isBlank() && !line.isBlank()) {
        problems.add(
            "ol.yaml line %d is indented with a tab; YAML allows spaces only".formatted(number));
        found = true;
      }
    }
    return found;
  }

  private static String reason(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("?");
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? Problems.quote(message)
        : "%s, %s".formatted(position(at), Problems.quote(message));
  }

  private Optional<YamlNode> document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return Optional.empty();
    }
    YamlNode root = node(first);
    if (parser.nextToken() != null) {
      problem(here(), "a second document begins; one file has one");
    }
    return Optional.of(root);
  }

  private YamlNode node(JsonToken token) {
    Position at = here();
    refuseReferences(at);
    return switch (token) {
      case START_OBJECT -> mapping(at);
      case START_ARRAY -> items(at);
      case VALUE_TRUE, VALUE_FALSE -> scalar(at, Scalar.Type.BOOLEAN);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(at, Scalar.Type.NUMBER);
      case VALUE_NULL -> scalar(at, Scalar.Type.NOTHING);
      default -> scalar(at, Scalar.Type.TEXT);
    };
  }

  private void refuseReferences(Position at) {
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      problem(at, "anchors (&) and aliases (*) are not accepted: write the value out");
    }
  }

  private Scalar scalar(Position at, Scalar.Type type) {
    String text = parser.getString();
    return new Scalar(at, type, text == null ? "" : text);
  }

  private YamlNode items(Position at) {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(token));
    }
    return new YamlNode.Items(at, List.copyOf(items));
  }

  private YamlNode mapping(Position at) {
    var entries = new LinkedHashMap<String, YamlNode.Value>();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String key = parser.currentName();
      Position keyAt = here();
      JsonToken value = parser.nextToken();
      if (value != null && entries.put(key, new YamlNode.Value(keyAt, node(value))) != null) {
        problem(keyAt, "key " + Problems.quote(key) + " comes twice");
      }
    }
    return new YamlNode.Mapping(at, entries);
  }

  private Position here() {
    return position(parser.currentTokenLocation());
  }

  private static Position position(TokenStreamLocation at) {
    return new Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  private void problem(Position at, String text) {
    problems.add("ol.yaml " + at + ": " + text);
  }
}
