package org.openlambda.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.units.Bytes;

/// Versions and invocations for tests.
public final class Sample {
  private Sample() {}

  /// A version without code of its own.
  public static Version version() {
    var code = new Code(Path.of("/nowhere"), new Digest("0".repeat(64)));
    return Version.latest(new FunctionName("sample"), code, FunctionConfig.DEFAULT);
  }

  public static Version version(String name, Code code, Limits limits) {
    var config = new FunctionConfig(new Entry.OpenLambda(), Map.of(), List.of("*"), limits, true);
    return Version.latest(new FunctionName(name), code, config);
  }

  public static Version withoutReuse(Version version) {
    var c = version.config();
    var config = new FunctionConfig(c.entry(), c.environment(), c.methods(), c.limits(), false);
    return Version.latest(version.name(), version.code(), config);
  }

  public static Limits limits(Bytes memory, Duration timeout) {
    return new Limits(memory, timeout, 64, 1.0, Bytes.mebi(64), Network.NONE);
  }

  public static Invocation invocation(Version version, Body body, Reply reply) {
    return invocation(version, List.of(), body, reply);
  }

  public static Invocation invocation(
      Version version, List<Header> headers, Body body, Reply reply) {
    var request = new Request("POST", "/run/sample", "", "", headers, body, "peer", "http");
    return new Invocation(
        RequestId.random(), version, request, reply, System.nanoTime(), Optional.empty());
  }
}
