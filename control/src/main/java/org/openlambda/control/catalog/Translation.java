package org.openlambda.control.catalog;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.units.Bytes;
import tools.jackson.databind.node.ObjectNode;

/// Makes a version that a worker can run of one that is kept. Any thread; reads nothing.
public final class Translation {
  /// Processes and threads, as AWS Lambda allows.
  private static final int PROCESSES = 1_024;

  private final Bundles bundles;
  private final String region;

  public Translation(Bundles bundles, String region) {
    this.bundles = bundles;
    this.region = region;
  }

  Version version(FunctionId id, KeptVersion kept) {
    FunctionConfig config =
        kept.configuration().has(OwnConfiguration.MEMBER)
            ? OwnConfiguration.read(kept.configuration(), kept.environment().orElse(Map.of()))
            : asAws(id, kept);
    return new Version(id, kept.label(), bundles.code(kept.code().tree()), config);
  }

  private FunctionConfig asAws(FunctionId id, KeptVersion kept) {
    ObjectNode configuration = kept.configuration();
    var limits =
        new Limits(
            Bytes.mebi(configuration.path("MemorySize").asLong(128)),
            Duration.ofSeconds(configuration.path("Timeout").asLong(3)),
            PROCESSES,
            Limits.DEFAULT.cpus(),
            Bytes.mebi(configuration.path("EphemeralStorage").path("Size").asLong(512)),
            Limits.DEFAULT.network());
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
    return all;
  }

  private static String logGroup(FunctionId id, ObjectNode configuration) {
    return configuration
        .path("LoggingConfig")
        .path("LogGroup")
        .asString("/aws/lambda/" + id.name());
  }
}
