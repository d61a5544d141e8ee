package org.openlambda.cli.sam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads a template (CloudFormation's YAML, or JSON, which is YAML too). Scalars are texts, as
/// CloudFormation has them; a tag is the object that it stands for: `!Ref A` is `{"Ref": "A"}`,
/// `!Sub A` is `{"Fn::Sub": "A"}`. Anchors and aliases are refused.
final class TemplateFile {
  /// The largest template, as CloudFormation has it.
  static final int LARGEST_BYTES = 1024 * 1024;

  private static final int DEEPEST = 64;
  private static final String STANDARD = "tag:yaml.org,2002:";

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final YAMLParser parser;

  private TemplateFile(YAMLParser parser) {
    this.parser = parser;
  }

  /// @throws IOException in one sentence, if it cannot be read
  static ObjectNode read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw new IOException("%s has more than %,d bytes".formatted(file, LARGEST_BYTES));
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    try (var parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first != null && new TemplateFile(parser).node(first) instanceof ObjectNode root) {
        return root;
      }
      throw new IOException(file + " holds no mapping: it is no template");
    } catch (JacksonException e) {
      throw new IOException("%s is no valid YAML: %s".formatted(file, reason(e)), e);
    } catch (Refused e) {
      throw new IOException(file + " " + e.getMessage(), e);
    }
  }

  /// What this program does not read although it is YAML.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private static String reason(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("?");
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? message
        : "line %d, %s".formatted(at.getLineNr(), message);
  }

  private JsonNode node(JsonToken token) throws Refused {
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw new Refused(
          "line %d has an anchor (&) or alias (*): write the value out"
              .formatted(parser.currentTokenLocation().getLineNr()));
    }
    Object type = parser.getTypeId();
    JsonNode value =
        switch (token) {
          case START_OBJECT -> mapping();
          case START_ARRAY -> items();
          case VALUE_NULL -> JsonNodeFactory.instance.nullNode();
          default -> JsonNodeFactory.instance.stringNode(String.valueOf(parser.getString()));
        };
    return tagged(type, value);
  }

  private static JsonNode tagged(@Nullable Object type, JsonNode value) {
    if (type == null || type.toString().isEmpty() || type.toString().startsWith(STANDARD)) {
      return value;
    }
    String tag = type.toString();
    boolean plain = tag.equals("Ref") || tag.equals("Condition");
    return JsonNodeFactory.instance.objectNode().set(plain ? tag : "Fn::" + tag, value);
  }

  private ObjectNode mapping() throws Refused {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_OBJECT;
        token = parser.nextToken()) {
      String key = String.valueOf(parser.getString());
      if (all.has(key)) {
        throw new Refused(
            "line %d has the key '%s' a second time"
                .formatted(parser.currentTokenLocation().getLineNr(), Tty.printable(key)));
      }
      all.set(key, node(parser.nextToken()));
    }
    return all;
  }

  private ArrayNode items() throws Refused {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      all.add(node(token));
    }
    return all;
  }
}
