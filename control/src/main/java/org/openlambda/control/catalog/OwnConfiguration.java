package org.openlambda.control.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.units.Bytes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What an `ol.yaml` says, in the form in which configurations are kept: the members of the AWS
/// Lambda API that mean the same, and beside them one of our own,
///
///     "OpenLambda": {"Methods": ["*"], "Millis": 30000, "Processes": 64, "Cpus": 1.0,
///                    "Network": "NONE", "Reuse": true}
///
/// which the API does not show. Stateless.
public final class OwnConfiguration {
  /// The member of our own.
  public static final String MEMBER = "OpenLambda";

  private OwnConfiguration() {}

  /// @param runtime as the API calls it
  public static ObjectNode of(
      FunctionConfig config, Account account, FunctionName name, String runtime) {
    Limits limits = config.limits();
    ObjectNode all = JsonMapper.shared().createObjectNode();
    all.put("Description", "");
    all.put("Runtime", runtime);
    all.put("Handler", "f.f");
    all.put("Role", "arn:aws:iam::" + account + ":role/openlambda");
    all.put("MemorySize", limits.memory().inMebi());
    all.put("Timeout", Math.ceilDiv(limits.timeout().toMillis(), 1_000));
    all.put("PackageType", "Zip");
    all.putArray("Architectures").add("x86_64");
    all.putObject("EphemeralStorage").put("Size", limits.tmp().inMebi());
    all.putObject("TracingConfig").put("Mode", "PassThrough");
    all.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
    all.putObject("LoggingConfig").put("LogFormat", "Text").put("LogGroup", "/aws/lambda/" + name);
    ObjectNode own = all.putObject(MEMBER);
    var methods = own.putArray("Methods");
    config.methods().forEach(methods::add);
    own.put("Millis", limits.timeout().toMillis());
    own.put("Processes", limits.processes());
    own.put("Cpus", limits.cpus());
    own.put("Network", limits.network().name());
    own.put("Reuse", config.reuseSandbox());
    return all;
  }

  /// The configuration of a function whose [#MEMBER] is there.
  static FunctionConfig read(ObjectNode configuration, Map<String, String> environment) {
    JsonNode own = configuration.get(MEMBER);
    var methods = new ArrayList<String>();
    own.get("Methods").forEach(method -> methods.add(method.stringValue()));
    var limits =
        new Limits(
            Bytes.mebi(configuration.get("MemorySize").longValue()),
            timeout(configuration, own),
            own.get("Processes").intValue(),
            own.get("Cpus").doubleValue(),
            Bytes.mebi(configuration.get("EphemeralStorage").get("Size").longValue()),
            Network.valueOf(own.get("Network").stringValue()));
    return new FunctionConfig(
        new Entry.OpenLambda(),
        environment,
        List.copyOf(methods),
        limits,
        own.get("Reuse").booleanValue());
  }

  /// To the millisecond, unless the API has set another one since.
  private static Duration timeout(ObjectNode configuration, JsonNode own) {
    long seconds = configuration.get("Timeout").longValue();
    long millis = own.get("Millis").longValue();
    return Math.ceilDiv(millis, 1_000) == seconds
        ? Duration.ofMillis(millis)
        : Duration.ofSeconds(seconds);
  }
}
