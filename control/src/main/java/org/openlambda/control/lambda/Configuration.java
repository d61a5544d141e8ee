package org.openlambda.control.lambda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.FunctionName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The settings of a function as they are asked for: with what holds where nothing is said, and
/// refused where this server cannot do it. Any thread.
final class Configuration {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// Taken as they come.
  private static final List<String> PLAIN =
      List.of(
          "Runtime",
          "Role",
          "Handler",
          "Description",
          "Timeout",
          "MemorySize",
          "DeadLetterConfig",
          "KMSKeyArn",
          "TracingConfig",
          "Architectures",
          "EphemeralStorage",
          "VpcConfig");

  /// What would be promised in vain.
  private static final List<String> UNSERVED =
      List.of("FileSystemConfigs", "ImageConfig", "CodeSigningConfigArn");

  private final Quotas quotas;

  Configuration(Quotas quotas) {
    this.quotas = quotas;
  }

  /// Of a function that is made.
  ObjectNode first(Asked asked, FunctionName name) throws Fault {
    ObjectNode all = MAPPER.createObjectNode();
    all.put("Description", "");
    all.put("Timeout", 3);
    all.put("MemorySize", 128);
    all.put("PackageType", "Zip");
    all.putArray("Architectures").add("x86_64");
    all.putObject("EphemeralStorage").put("Size", 512);
    all.putObject("TracingConfig").put("Mode", "PassThrough");
    all.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
    all.putObject("LoggingConfig").put("LogFormat", "Text").put("LogGroup", "/aws/lambda/" + name);
    if (asked.text("PackageType").filter("Image"::equals).isPresent()) {
      throw Fault.invalid("Container images are not run by this server: send a zip.");
    }
    if (asked.text("Handler").isEmpty() || asked.text("Runtime").isEmpty()) {
      throw Fault.invalid(
          "Runtime and Handler are mandatory parameters for functions created with"
              + " deployment packages.");
    }
    return changed(asked, all);
  }

  /// Of one that is changed: what is not given stays.
  ObjectNode changed(Asked asked, ObjectNode before) throws Fault {
    ObjectNode input = asked.input();
    for (String member : UNSERVED) {
      if (input.has(member) && !input.get(member).isEmpty()) {
        throw Fault.invalid(member + " is not supported by this server yet.");
      }
    }
    check(asked);
    String snapshots = input.path("SnapStart").path("ApplyOn").asString("");
    ObjectNode all = before.deepCopy();
    for (String member : PLAIN) {
      if (input.has(member)) {
        all.set(member, input.get(member).deepCopy());
      }
    }
    if (!snapshots.isEmpty()) {
      all.putObject("SnapStart").put("ApplyOn", snapshots).put("OptimizationStatus", "Off");
    }
    if (input.get("LoggingConfig") instanceof ObjectNode logging) {
      all.set("LoggingConfig", logging(logging, (ObjectNode) all.get("LoggingConfig")));
    }
    return all;
  }

  private void check(Asked asked) throws Fault {
    Optional<String> runtime = asked.text("Runtime");
    if (runtime.isPresent() && !quotas.runtimes().contains(runtime.get())) {
      throw Fault.invalid(Runtimes.refusal(runtime.get(), quotas.runtimes()));
    }
    atMost(asked, "MemorySize", "memorySize", quotas.memoryMebi());
    atMost(asked, "Timeout", "timeout", quotas.timeoutSeconds());
    Optional<String> role = asked.text("Role");
    String account = asked.question().asker().account().text();
    if (role.isPresent() && !role.get().contains("::" + account + ":")) {
      throw new Fault(403, "AccessDeniedException", "Cross-account pass role is not allowed.");
    }
  }

  private static void atMost(Asked asked, String member, String shown, int most) throws Fault {
    JsonNode value = asked.input().get(member);
    if (value != null && value.asInt() > most) {
      throw new Fault(
          400,
          "ValidationException",
          ("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member"
                  + " must have value less than or equal to %d")
              .formatted(value.asInt(), shown, most));
    }
  }

  /// JSON brings levels with it, text has none.
  private static ObjectNode logging(ObjectNode given, ObjectNode before) {
    ObjectNode all = before.deepCopy();
    all.setAll(given);
    if (all.path("LogFormat").asString("").equals("JSON")) {
      all.putIfAbsent("ApplicationLogLevel", JsonNodeFactory.instance.stringNode("INFO"));
      all.putIfAbsent("SystemLogLevel", JsonNodeFactory.instance.stringNode("INFO"));
    } else {
      all.remove(List.of("ApplicationLogLevel", "SystemLogLevel"));
    }
    return all;
  }

  /// The variables that are asked for; what was before if none are.
  Optional<Map<String, String>> environment(Asked asked, Optional<Map<String, String>> before)
      throws Fault {
    JsonNode given = asked.input().path("Environment").path("Variables");
    if (!given.isObject()) {
      return asked.input().has("Environment") ? Optional.empty() : before;
    }
    String measured = MAPPER.writeValueAsString(given);
    if (measured.length() > quotas.environmentBytes()) {
      throw Fault.invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided exceeded the 4KB limit. String measured: "
              + measured);
    }
    var pairs = new LinkedHashMap<String, String>();
    given.properties().forEach(pair -> pairs.put(pair.getKey(), pair.getValue().stringValue()));
    return Optional.of(pairs);
  }
}
