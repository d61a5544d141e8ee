package org.openlambda.cli.sam;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Evaluates what a template's values refer to: parameters, pseudo parameters, mappings, conditions
/// and the functions in it (CloudFormation, "Intrinsic function reference"). What cannot be known
/// here (another resource, an export of another stack) is [Unresolved]. A value that is to be left
/// out (`AWS::NoValue`) is a missing node.
final class Values {
  /// How deep conditions may refer to conditions.
  private static final int DEEPEST = 32;

  /// The longest text that a value may become, in characters.
  static final int LONGEST = 1024 * 1024;

  private static final Pattern PLACE = Pattern.compile("\\$\\{(!?)([^{}]*)}");

  private final JsonNode template;
  private final Map<String, String> parameters;
  private final Surrounding surrounding;
  private final Map<String, String> functions;

  /// Of conditions that were evaluated: others may refer to them many times.
  private final Map<String, Boolean> conditions = new HashMap<>();

  /// Where the template is deployed.
  ///
  /// @param stack the folder's name
  record Surrounding(String account, String region, String stack) {
    String arn(String function) {
      return "arn:aws:lambda:%s:%s:function:%s".formatted(region, account, function);
    }
  }

  /// @param parameters their values
  /// @param functions names by logical ids
  Values(
      JsonNode template,
      Map<String, String> parameters,
      Surrounding surrounding,
      Map<String, String> functions) {
    this.template = template;
    this.parameters = Map.copyOf(parameters);
    this.surrounding = surrounding;
    this.functions = Map.copyOf(functions);
  }

  /// A text; numbers and truths are texts too.
  String text(JsonNode value) throws Unresolved {
    JsonNode known = resolve(value);
    if (!known.isString()) {
      throw new Unresolved("it is no text");
    }
    return known.stringValue();
  }

  /// The value with everything in it evaluated.
  JsonNode resolve(JsonNode value) throws Unresolved {
    return switch (value) {
      case ArrayNode items -> items(items);
      case ObjectNode object when isFunction(object) -> {
        Map.Entry<String, JsonNode> only = object.properties().iterator().next();
        yield call(only.getKey(), only.getValue());
      }
      case ObjectNode object -> {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          JsonNode known = resolve(member.getValue());
          if (!known.isMissingNode()) {
            all.set(member.getKey(), known);
          }
        }
        yield all;
      }
      default -> value;
    };
  }

  static boolean isFunction(JsonNode value) {
    if (!value.isObject() || value.size() != 1) {
      return false;
    }
    String key = value.properties().iterator().next().getKey();
    return key.equals("Ref") || key.startsWith("Fn::");
  }

  private ArrayNode items(ArrayNode items) throws Unresolved {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (JsonNode item : items) {
      JsonNode known = resolve(item);
      if (!known.isMissingNode()) {
        all.add(known);
      }
    }
    return all;
  }

  private JsonNode call(String function, JsonNode given) throws Unresolved {
    return switch (function) {
      case "Ref" -> ref(text(given));
      case "Fn::Sub" -> string(substituted(given));
      case "Fn::GetAtt" -> string(attribute(given));
      case "Fn::If" -> resolve(item(given, holds(text(item(given, 0)), 0) ? 1 : 2));
      case "Fn::Join" -> string(joined(text(item(given, 0)), texts(resolve(item(given, 1)))));
      case "Fn::Select" -> resolve(item(resolve(item(given, 1)), number(text(item(given, 0)))));
      case "Fn::Split" -> {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        String[] pieces = text(item(given, 1)).split(Pattern.quote(text(item(given, 0))), -1);
        List.of(pieces).forEach(parts::add);
        yield parts;
      }
      case "Fn::FindInMap" -> mapped(given);
      case "Fn::Base64" ->
          string(Base64.getEncoder().encodeToString(text(given).getBytes(StandardCharsets.UTF_8)));
      default -> throw new Unresolved(function + " is not evaluated");
    };
  }

  private static JsonNode string(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }

  private static String joined(String between, List<String> texts) throws Unresolved {
    long length = (long) between.length() * texts.size();
    requireShort(length + texts.stream().mapToLong(String::length).sum());
    return String.join(between, texts);
  }

  private static void requireShort(long length) throws Unresolved {
    if (length > LONGEST) {
      throw new Unresolved("it becomes longer than " + LONGEST + " characters");
    }
  }

  private static JsonNode item(JsonNode list, int index) throws Unresolved {
    if (!list.isArray() || index < 0 || index >= list.size()) {
      throw new Unresolved("a function in it has too few arguments");
    }
    return list.get(index);
  }

  private static int number(String text) throws Unresolved {
    if (!text.matches("[0-9]{1,4}")) {
      throw new Unresolved("'" + text + "' is no index");
    }
    return Integer.parseInt(text);
  }

  private static List<String> texts(JsonNode list) {
    var all = new ArrayList<String>();
    list.forEach(each -> all.add(each.asString("")));
    return all;
  }

  private JsonNode ref(String name) throws Unresolved {
    if (name.equals("AWS::NoValue")) {
      return MissingNode.getInstance();
    }
    return string(named(name));
  }

  private String named(String name) throws Unresolved {
    String parameter = parameters.get(name);
    String function = functions.get(name);
    if (parameter != null) {
      return parameter;
    }
    if (function != null) {
      return function;
    }
    return switch (name) {
      case "AWS::Region" -> surrounding.region();
      case "AWS::AccountId" -> surrounding.account();
      case "AWS::StackName" -> surrounding.stack();
      case "AWS::Partition" -> "aws";
      case "AWS::URLSuffix" -> "amazonaws.com";
      default -> throw new Unresolved(elsewhere(name));
    };
  }

  private String elsewhere(String name) {
    JsonNode resource = template.path("Resources").path(name);
    return resource.isMissingNode()
        ? "it refers to " + name + ", which is nowhere in the template"
        : "it refers to %s (%s), which is not made here"
            .formatted(name, resource.path("Type").asString("?"));
  }

  private String attribute(JsonNode given) throws Unresolved {
    String path = given.isArray() ? String.join(".", texts(given)) : given.asString("");
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    String function = functions.get(name);
    if (function != null && path.endsWith(".Arn")) {
      return surrounding.arn(function);
    }
    throw new Unresolved(function != null ? path + " is not known" : elsewhere(name));
  }

  private String substituted(JsonNode given) throws Unresolved {
    String text = given.isArray() ? text(item(given, 0)) : given.asString("");
    JsonNode own = given.isArray() ? item(given, 1) : MissingNode.getInstance();
    var result = new StringBuilder();
    Matcher places = PLACE.matcher(text);
    while (places.find()) {
      String name = places.group(2).strip();
      String value;
      if (!places.group(1).isEmpty()) {
        value = "${" + name + "}";
      } else if (own.has(name)) {
        value = text(own.get(name));
      } else {
        value = name.contains(".") ? attribute(string(name)) : named(name);
      }
      places.appendReplacement(result, Matcher.quoteReplacement(value));
      requireShort(result.length());
    }
    places.appendTail(result);
    return result.toString();
  }

  private JsonNode mapped(JsonNode given) throws Unresolved {
    JsonNode found =
        template
            .path("Mappings")
            .path(text(item(given, 0)))
            .path(text(item(given, 1)))
            .path(text(item(given, 2)));
    if (found.isMissingNode()) {
      throw new Unresolved("there is no such entry in the template's Mappings");
    }
    return found; // nothing in it is evaluated
  }

  /// Whether a condition of the template holds.
  boolean holds(String condition) throws Unresolved {
    return holds(condition, 0);
  }

  private boolean holds(String name, int depth) throws Unresolved {
    JsonNode condition = template.path("Conditions").path(name);
    if (condition.isMissingNode() || depth > DEEPEST) {
      throw new Unresolved("the condition " + name + " cannot be evaluated");
    }
    Boolean known = conditions.get(name);
    if (known == null) {
      known = isTrue(condition, depth + 1);
      conditions.put(name, known);
    }
    return known;
  }

  private boolean isTrue(JsonNode condition, int depth) throws Unresolved {
    if (!condition.isObject() || condition.size() != 1) {
      throw new Unresolved("a condition in it is none");
    }
    Map.Entry<String, JsonNode> only = condition.properties().iterator().next();
    JsonNode given = only.getValue();
    return switch (only.getKey()) {
      case "Condition" -> holds(text(given), depth);
      case "Fn::Equals" -> resolve(item(given, 0)).equals(resolve(item(given, 1)));
      case "Fn::Not" -> !isTrue(item(given, 0), depth);
      case "Fn::And" -> count(given, depth) == given.size();
      case "Fn::Or" -> count(given, depth) > 0;
      default -> throw new Unresolved(only.getKey() + " is not evaluated");
    };
  }

  /// How many hold.
  private int count(JsonNode conditions, int depth) throws Unresolved {
    int count = 0;
    for (JsonNode each : conditions) {
      count += isTrue(each, depth) ? 1 : 0;
    }
    return count;
  }
}
