package org.openlambda.cli.sam;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openlambda.cli.sam.SamFunction.Extras;
import org.openlambda.cli.sam.SamFunction.Publishing;
import org.openlambda.cli.sam.SamFunction.Source;
import org.openlambda.cli.server.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the properties of one function; used once.
final class FunctionReader {
  private static final String RUN = "python";

  /// Of what can be a file of code that a template holds itself.
  private static final Pattern MODULE = Pattern.compile("[A-Za-z0-9_./-]{1,200}");

  private final Path folder;
  private final Values values;
  private final String id;
  private final List<LeftOut> leftOut;
  private final List<String> problems;

  private final ObjectNode members = Json.object();
  private final Map<String, String> variables = new HashMap<>();
  private final List<String> layers = new ArrayList<>();
  private final TreeMap<String, String> tags = new TreeMap<>();
  private Optional<String> alias = Optional.empty();
  private OptionalInt provisioned = OptionalInt.empty();
  private OptionalInt reserved = OptionalInt.empty();
  private Optional<ObjectNode> url = Optional.empty();

  /// @param leftOut gets what is not served
  /// @param problems gets what is wrong
  FunctionReader(
      Path folder, Values values, String id, List<LeftOut> leftOut, List<String> problems) {
    this.folder = folder;
    this.values = values;
    this.id = id;
    this.leftOut = leftOut;
    this.problems = problems;
  }

  /// @return empty if it is left out, or wrong
  Optional<SamFunction> read(JsonNode properties) {
    if (Json.text(properties, "PackageType").equals("Image")) {
      leaveOut("", "container images are not run");
      return Optional.empty();
    }
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      try {
        read(property.getKey(), property.getValue());
      } catch (Unresolved e) {
        leaveOut(" " + property.getKey(), e.why());
      }
    }
    String runtime = Json.text(members, "Runtime");
    if (!runtime.isEmpty() && !runtime.startsWith(RUN)) {
      leaveOut(" (" + runtime + ")", "only functions in Python are run");
      return Optional.empty();
    }
    for (String needed : List.of("Handler", "Runtime")) {
      if (!members.has(needed)) {
        problems.add(id + " has no " + needed);
      }
    }
    return source(properties).map(this::function);
  }

  private void leaveOut(String what, String why) {
    leftOut.add(new LeftOut(id + what, why));
  }

  private SamFunction function(Source source) {
    String name;
    try {
      name = values.text(Json.object().put("Ref", id));
    } catch (Unresolved e) {
      throw new IllegalStateException(id + " has no name", e);
    }
    if (alias.isEmpty() && provisioned.isPresent()) {
      leaveOut(" ProvisionedConcurrencyConfig", "it needs an AutoPublishAlias");
    }
    var extras =
        new Extras(
            layers, alias.map(each -> new Publishing(each, provisioned)), reserved, url, tags);
    return new SamFunction(id, name, source, members, variables, extras);
  }

  private void read(String property, JsonNode value) throws Unresolved {
    switch (property) {
      case "FunctionName", "CodeUri", "InlineCode", "PackageType" -> {
        // read elsewhere
      }
      case "Handler", "Runtime", "Description" -> members.put(property, values.text(value));
      case "MemorySize", "Timeout" -> members.put(property, number(value));
      case "EphemeralStorage" ->
          members.putObject(property).put("Size", number(value.path("Size")));
      case "Environment" -> environment(value.path("Variables"));
      case "Tags" -> tags(values.resolve(value));
      case "Layers" -> layers(value);
      case "Architectures" -> architectures(values.resolve(value));
      case "AutoPublishAlias" -> alias = Optional.of(values.text(value));
      case "ProvisionedConcurrencyConfig" ->
          provisioned = OptionalInt.of(number(value.path("ProvisionedConcurrentExecutions")));
      case "ReservedConcurrentExecutions" -> reserved = OptionalInt.of(number(value));
      case "FunctionUrlConfig" -> url = Optional.of(url(values.resolve(value)));
      case "Events" -> value.properties().forEach(event -> event(event.getKey(), event.getValue()));
      default -> leaveOut(" " + property, Reasons.ofProperty(property));
    }
  }

  private int number(JsonNode value) throws Unresolved {
    String text = values.text(value);
    if (!text.matches("[0-9]{1,6}")) {
      throw new Unresolved("'" + text + "' is no number");
    }
    return Integer.parseInt(text);
  }

  /// One that refers to what is not here is left out, the others stay.
  private void environment(JsonNode all) {
    for (Map.Entry<String, JsonNode> variable : all.properties()) {
      try {
        JsonNode known = values.resolve(variable.getValue());
        if (!known.isMissingNode()) {
          variables.put(variable.getKey(), values.text(known));
        }
      } catch (Unresolved e) {
        leaveOut(" variable " + variable.getKey(), e.why());
      }
    }
  }

  private void tags(JsonNode all) {
    all.properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asString("")));
  }

  private void layers(JsonNode all) {
    for (JsonNode layer : all) {
      try {
        boolean own = layer.size() == 1 && layer.has("Ref");
        layers.add(own ? Json.text(layer, "Ref") : values.text(layer));
      } catch (Unresolved e) {
        leaveOut(" layer", e.why());
      }
    }
  }

  private void architectures(JsonNode all) {
    for (JsonNode architecture : all) {
      if (!architecture.asString("").equals("x86_64")) {
        leaveOut(" Architectures " + architecture.asString(""), "functions run on x86_64");
      }
    }
  }

  private static ObjectNode url(JsonNode config) throws Unresolved {
    if (!(config instanceof ObjectNode object)) {
      throw new Unresolved("it is no mapping");
    }
    ObjectNode url = Json.object();
    for (String member : List.of("AuthType", "InvokeMode")) {
      if (object.has(member)) {
        url.set(member, object.get(member));
      }
    }
    if (object.get("Cors") instanceof ObjectNode cors) {
      ObjectNode typed = url.putObject("Cors");
      for (Map.Entry<String, JsonNode> each : cors.properties()) {
        switch (each.getKey()) {
          case "AllowCredentials" ->
              typed.put(each.getKey(), each.getValue().asString("").equals("true"));
          case "MaxAge" -> typed.put(each.getKey(), each.getValue().asInt(0));
          default -> typed.set(each.getKey(), each.getValue());
        }
      }
    }
    return url;
  }

  private void event(String name, JsonNode event) {
    String type = Json.text(event, "Type");
    JsonNode properties = event.path("Properties");
    var what = new StringBuilder(" event " + name + " (" + type);
    for (String member : List.of("Method", "Path", "Schedule", "ScheduleExpression")) {
      String text = Json.text(properties, member);
      if (!text.isEmpty()) {
        what.append(' ').append(member.equals("Method") ? text.toUpperCase(Locale.ROOT) : text);
      }
    }
    leaveOut(what.append(')').toString(), Reasons.ofEvent(type));
  }

  private Optional<Source> source(JsonNode properties) {
    JsonNode code = properties.path("CodeUri");
    JsonNode inline = properties.path("InlineCode");
    try {
      if (!inline.isMissingNode()) {
        String handler = Json.text(members, "Handler");
        int dot = handler.lastIndexOf('.');
        String module = dot < 0 ? "index" : handler.substring(0, dot);
        if (!MODULE.matcher(module).matches()) {
          problems.add(id + " has a Handler that names no module: " + handler);
          return Optional.empty();
        }
        return Optional.of(new Source.Inline(module, values.text(inline)));
      }
      if (code.isObject() && !Values.isFunction(code)) {
        problems.add(id + " has its code in S3, from where it is not taken: give a folder");
        return Optional.empty();
      }
      String path = code.isMissingNode() ? "." : values.text(code);
      Optional<Source> found = at(path);
      if (found.isEmpty()) {
        problems.add("%s has a CodeUri that is no folder and no zip: %s".formatted(id, path));
      }
      return found;
    } catch (Unresolved e) {
      problems.add("%s CodeUri: %s".formatted(id, e.why()));
      return Optional.empty();
    }
  }

  private Optional<Source> at(String path) {
    Optional<Path> place = SamReader.place(folder, path);
    if (place.filter(Files::isDirectory).isPresent()) {
      return place.map(Source.Folder::new);
    }
    return place
        .filter(file -> Files.isRegularFile(file) && path.endsWith(".zip"))
        .map(Source.Zip::new);
  }
}
