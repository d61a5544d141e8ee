package org.openlambda.control.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
///     "OpenLambda": {"Methods": ["*"], "Millis": 30000, "MemoryBytes": 134217728,
///                    "TmpBytes": 67108864, "Processes": 64, "Cpus": 1.0, "Network": "NONE",
///                    "Reuse": true, "Variables": ["GREETING"]}
///
/// which the API does not show. The API's members are rounded up to its units; ours are exact, and
/// hold until the API sets another value. `Variables` are the names that the file gives values:
/// others were set otherwise, and are not the file's to remove. Stateless.
public final class OwnConfiguration {
  private static final long MEBI = 1L << 20;
  private static final long SECOND = 1_000;

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
    all.put("MemorySize", Math.ceilDiv(limits.memory().count(), MEBI));
    all.put("Timeout", Math.ceilDiv(limits.timeout().toMillis(), SECOND));
    all.put("PackageType", "Zip");
    all.putArray("Architectures").add("x86_64");
    all.putObject("EphemeralStorage").put("Size", Math.ceilDiv(limits.tmp().count(), MEBI));
    all.putObject("TracingConfig").put("Mode", "PassThrough");
    all.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
    all.putObject("LoggingConfig").put("LogFormat", "Text").put("LogGroup", "/aws/lambda/" + name);
    ObjectNode own = all.putObject(MEMBER);
    var methods = own.putArray("Methods");
    config.methods().forEach(methods::add);
    own.put("Millis", limits.timeout().toMillis());
    own.put("MemoryBytes", limits.memory().count());
    own.put("TmpBytes", limits.tmp().count());
    own.put("Processes", limits.processes());
    own.put("Cpus", limits.cpus());
    own.put("Network", limits.network().name());
    own.put("Reuse", config.reuseSandbox());
    var variables = own.putArray("Variables");
    config.environment().keySet().stream().sorted().forEach(variables::add);
    return all;
  }

  /// The variables after a deployment: those that the file gives, and those that were set by other
  /// means. What an earlier version of this program kept does not say which those are: none.
  ///
  /// @param before the configuration until now
  /// @param environment until now
  public static Map<String, String> merged(
      ObjectNode before, Map<String, String> environment, Map<String, String> given) {
    var merged = new TreeMap<>(environment);
    if (before.get(MEMBER) instanceof ObjectNode own) {
      if (own.has("Variables")) {
        own.get("Variables").forEach(name -> merged.remove(name.stringValue()));
      } else {
        merged.clear();
      }
    }
    merged.putAll(given);
    return merged;
  }

  /// The configuration of a function whose [#MEMBER] is there.
  static FunctionConfig read(ObjectNode configuration, Map<String, String> environment) {
    JsonNode own = configuration.get(MEMBER);
    var methods = new ArrayList<String>();
    own.get("Methods").forEach(method -> methods.add(method.stringValue()));
    var limits =
        new Limits(
            new Bytes(exact(own.get("MemoryBytes"), configuration.get("MemorySize"), MEBI)),
            Duration.ofMillis(exact(own.get("Millis"), configuration.get("Timeout"), SECOND)),
            own.get("Processes").intValue(),
            own.get("Cpus").doubleValue(),
            new Bytes(
                exact(
                    own.get("TmpBytes"), configuration.get("EphemeralStorage").get("Size"), MEBI)),
            Network.valueOf(own.get("Network").stringValue()));
    return new FunctionConfig(
        new Entry.OpenLambda(),
        environment,
        List.copyOf(methods),
        limits,
        own.get("Reuse").booleanValue());
  }

  /// Our value, unless the API's is no longer what it rounds up to.
  private static long exact(JsonNode ours, JsonNode theirs, long unit) {
    return Math.ceilDiv(ours.longValue(), unit) == theirs.longValue()
        ? ours.longValue()
        : theirs.longValue() * unit;
  }
}
