package org.openlambda.control.catalog;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.function.Version;
import org.openlambda.core.units.Bytes;
import tools.jackson.databind.node.ObjectNode;

/// Makes a version that a worker can run of one that is kept. Any thread; reads nothing.
public final class Translation {
  /// The member of a configuration that names the tree of all its layers together; not shown.
  public static final String LAYERS = "OpenLambdaLayers";

  private final Bundles bundles;
  private final String region;
  private final Network network;

  /// @param network what functions without an `ol.yaml` can reach
  public Translation(Bundles bundles, String region, Network network) {
    this.bundles = bundles;
    this.region = region;
    this.network = network;
  }

  Version version(Function function, KeptVersion kept) {
    FunctionId id = function.id();
    FunctionConfig config =
        kept.configuration().has(OwnConfiguration.MEMBER)
            ? OwnConfiguration.read(kept.configuration(), kept.environment().orElse(Map.of()))
            : asAws(id, kept);
    Code code = bundles.code(kept.code().tree());
    Optional<Code> layers =
        kept.configuration().path(LAYERS).stringValueOpt().map(Digest::new).map(bundles::code);
    return new Version(
        id, kept.label(), layers.map(code::over).orElse(code), config, function.key().toString());
  }

  private FunctionConfig asAws(FunctionId id, KeptVersion kept) {
    ObjectNode configuration = kept.configuration();
    var limits =
        new Limits(
            Bytes.mebi(configuration.path("MemorySize").asLong(128)),
            Duration.ofSeconds(configuration.path("Timeout").asLong(3)),
            Limits.LAMBDA.processes(),
            Limits.LAMBDA.cpus(),
            Bytes.mebi(configuration.path("EphemeralStorage").path("Size").asLong(512)),
            network);
    return new FunctionConfig(
        new Entry.Handler(configuration.path("Handler").asString("")),
        environment(id, kept),
        List.of("*"),
        limits,
        true);
  }

  /// What a handler finds set (AWS Lambda, "Defined runtime environment variables"). The function's
  /// own come first: these cannot be overwritten by them.
  private Map<String, String> environment(FunctionId id, KeptVersion kept) {
    ObjectNode configuration = kept.configuration();
    var all = new LinkedHashMap<String, String>(kept.environment().orElse(Map.of()));
    all.put("_HANDLER", configuration.path("Handler").asString(""));
    all.put("AWS_REGION", region);
    all.put("AWS_DEFAULT_REGION", region);
    all.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + configuration.path("Runtime").asString(""));
    all.put("AWS_LAMBDA_FUNCTION_NAME", id.name().text());
    all.put("AWS_LAMBDA_FUNCTION_VERSION", kept.label());
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", configuration.path("MemorySize").asString("128"));
    all.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    all.put("AWS_LAMBDA_LOG_GROUP_NAME", logGroup(id, configuration));
    all.put("LAMBDA_TASK_ROOT", "/var/task");
    all.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
    all.putIfAbsent("TZ", ":UTC");
    if (configuration.hasNonNull(LAYERS)) {
      putBelow(all, "PATH", "/usr/local/bin:/usr/bin:/bin", "/opt/bin");
      putBelow(all, "LD_LIBRARY_PATH", "", "/opt/lib");
      String runtime = configuration.path("Runtime").asString("");
      putBelow(all, "PYTHONPATH", "", "/opt/python/lib/" + runtime + "/site-packages:/opt/python");
    }
    return all;
  }

  /// What layers bring comes after what the function has itself.
  private static void putBelow(Map<String, String> all, String name, String usual, String layers) {
    String before = all.getOrDefault(name, usual);
    all.put(name, before.isEmpty() ? layers : before + ":" + layers);
  }

  private static String logGroup(FunctionId id, ObjectNode configuration) {
    return configuration
        .path("LoggingConfig")
        .path("LogGroup")
        .asString("/aws/lambda/" + id.name());
  }
}
