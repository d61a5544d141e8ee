package org.openlambda.cli.sam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Tty;
import org.openlambda.core.function.FunctionName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes functions and layers of a template, and says what it leaves out. What is wrong is all said
/// at once, before anything is deployed.
final class SamReader {
  static final String FUNCTION = "AWS::Serverless::Function";
  private static final String LAYER = "AWS::Serverless::LayerVersion";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,255}");

  private final Path folder;
  private final ObjectNode template;
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<SamFunction> functions = new ArrayList<>();
  private final List<SamLayer> layers = new ArrayList<>();

  private SamReader(Path folder, ObjectNode template) {
    this.folder = folder;
    this.template = template;
  }

  /// Where a template is deployed.
  ///
  /// @param parameters values of the template's parameters that people have given
  record Deployed(String account, String region, Map<String, String> parameters) {
    Deployed {
      parameters = Map.copyOf(parameters);
    }
  }

  /// Reads a template; paths in it are relative to its folder.
  ///
  /// @throws IOException with all that is wrong in it
  static SamTemplate read(Path file, Deployed deployed) throws IOException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      throw new IOException(file + " is no file");
    }
    var reader = new SamReader(folder, TemplateFile.read(file));
    reader.read(deployed);
    if (!reader.problems.isEmpty()) {
      throw new IOException(
          "%s cannot be deployed:%n  %s"
              .formatted(
                  file,
                  reader.problems.stream()
                      .map(Tty::printable)
                      .collect(Collectors.joining(System.lineSeparator() + "  "))));
    }
    return new SamTemplate(reader.functions, reader.layers, reader.leftOut);
  }

  private void read(Deployed deployed) {
    requireIds();
    if (!problems.isEmpty()) {
      return; // others refer to them
    }
    String stack = String.valueOf(folder.getFileName());
    var where = new Values.Surrounding(deployed.account(), deployed.region(), stack);
    Map<String, String> parameters = parameters(deployed.parameters());
    var values = new Values(template, parameters, where, names(parameters, where));
    for (Map.Entry<String, JsonNode> global : template.path("Globals").properties()) {
      if (!global.getKey().equals("Function")) {
        leftOut.add(new LeftOut("Globals " + global.getKey(), "only those of functions are used"));
      }
    }
    for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
      if (isWanted(values, resource.getKey(), resource.getValue())) {
        resource(values, resource.getKey(), resource.getValue());
      }
    }
    if (functions.isEmpty() && problems.isEmpty()) {
      problems.add("it has no function that is served: " + leftOut);
    }
  }

  /// AWS CloudFormation, "Resources section: logical ID".
  private void requireIds() {
    for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
      if (!ID.matcher(resource.getKey()).matches()) {
        problems.add(
            "%s is no logical id of a resource: use letters and digits"
                .formatted(resource.getKey()));
      } else if (template.path("Parameters").has(resource.getKey())) {
        problems.add(
            "%s is both a parameter and a resource: a template has each name once"
                .formatted(resource.getKey()));
      }
    }
  }

  private Map<String, String> parameters(Map<String, String> given) {
    var values = new HashMap<String, String>();
    JsonNode all = template.path("Parameters");
    for (Map.Entry<String, JsonNode> parameter : all.properties()) {
      String name = parameter.getKey();
      JsonNode otherwise = parameter.getValue().path("Default");
      boolean stored = Json.text(parameter.getValue(), "Type").startsWith("AWS::SSM::");
      if (given.containsKey(name)) {
        values.put(name, String.valueOf(given.get(name)));
      } else if (otherwise.isString() && !stored) {
        values.put(name, otherwise.stringValue());
      } else {
        problems.add("its parameter %s has no value: give --parameter %s=…".formatted(name, name));
      }
    }
    given.keySet().stream()
        .filter(name -> !all.has(name))
        .forEach(name -> problems.add("it has no parameter " + name));
    return values;
  }

  /// The names of the functions by their logical ids.
  private Map<String, String> names(Map<String, String> parameters, Values.Surrounding where) {
    var values = new Values(template, parameters, where, Map.of());
    var names = new LinkedHashMap<String, String>();
    for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
      if (Json.text(resource.getValue(), "Type").equals(FUNCTION)) {
        names.put(resource.getKey(), name(values, resource.getKey(), resource.getValue()));
      }
    }
    return names;
  }

  private String name(Values values, String id, JsonNode resource) {
    JsonNode given = resource.path("Properties").path("FunctionName");
    try {
      String name = given.isMissingNode() ? id : values.text(given);
      if (FunctionName.isValid(name)) {
        return name;
      }
      problems.add("%s has a FunctionName that is none: %s".formatted(id, name));
    } catch (Unresolved e) {
      problems.add("%s FunctionName: %s".formatted(id, e.why()));
    }
    return id;
  }

  private boolean isWanted(Values values, String id, JsonNode resource) {
    String condition = Json.text(resource, "Condition");
    try {
      if (condition.isEmpty() || values.holds(condition)) {
        return true;
      }
      leftOut.add(new LeftOut(id, "its condition " + condition + " does not hold"));
    } catch (Unresolved e) {
      leftOut.add(new LeftOut(id, e.why()));
    }
    return false;
  }

  private void resource(Values values, String id, JsonNode resource) {
    String type = Json.text(resource, "Type");
    JsonNode properties = resource.path("Properties");
    switch (type) {
      case FUNCTION -> {
        JsonNode all = merged(template.path("Globals").path("Function"), properties);
        new FunctionReader(folder, values, id, leftOut, problems)
            .read(all)
            .ifPresent(functions::add);
      }
      case LAYER -> layer(values, id, properties, resource.path("Metadata"));
      default -> leftOut.add(new LeftOut("%s (%s)".formatted(id, type), Reasons.ofResource(type)));
    }
  }

  /// Globals, and over them what the function says: mappings are merged, lists appended (SAM,
  /// "Globals section").
  private static JsonNode merged(JsonNode global, JsonNode own) {
    if (global.isMissingNode()) {
      return own;
    }
    if (own.isMissingNode()) {
      return global;
    }
    if (global.isArray() && own.isArray()) {
      var all = JsonNodeFactory.instance.arrayNode();
      global.forEach(all::add);
      own.forEach(all::add);
      return all;
    }
    boolean mappings =
        global.isObject()
            && own.isObject()
            && !Values.isFunction(global)
            && !Values.isFunction(own);
    if (!mappings) {
      return own;
    }
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    global
        .properties()
        .forEach(each -> all.set(each.getKey(), merged(each.getValue(), own.path(each.getKey()))));
    own.properties().stream()
        .filter(each -> !global.has(each.getKey()))
        .forEach(each -> all.set(each.getKey(), each.getValue()));
    return all;
  }

  private void layer(Values values, String id, JsonNode properties, JsonNode metadata) {
    try {
      String path = values.text(properties.path("ContentUri"));
      Optional<Path> content = place(folder, path).filter(Files::isDirectory);
      String name = properties.has("LayerName") ? values.text(properties.get("LayerName")) : id;
      if (content.isPresent()) {
        boolean built = Json.text(metadata, "BuildMethod").startsWith("python");
        layers.add(new SamLayer(id, name, content.get(), built));
      } else {
        problems.add("%s has a ContentUri that is no folder: %s".formatted(id, path));
      }
    } catch (Unresolved e) {
      problems.add("%s: %s".formatted(id, e.why()));
    }
  }

  /// What a path in a template means; empty if it is none.
  static Optional<Path> place(Path folder, String path) {
    try {
      return Optional.of(folder.resolve(path).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
