package org.openlambda.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Version;

/// A registry in memory. An archive of `bad` is a bad bundle.
final class FakeRegistry implements Registry {
  private final Map<FunctionName, Lookup> functions = new ConcurrentSkipListMap<>();
  volatile long installedBytes = -1;

  FakeRegistry with(String name, String... methods) {
    var usual = FunctionConfig.DEFAULT;
    var config =
        new FunctionConfig(
            usual.entry(), Map.of(), List.of(methods), usual.limits(), usual.reuseSandbox());
    functions.put(new FunctionName(name), new Lookup.Found(version(name, config)));
    return this;
  }

  /// A function that takes events, as AWS Lambda's do.
  void withHandler(String name) {
    var usual = FunctionConfig.DEFAULT;
    var config =
        new FunctionConfig(
            new Entry.Handler("app.f"), Map.of(), List.of("*"), usual.limits(), true);
    functions.put(new FunctionName(name), new Lookup.Found(version(name, config)));
  }

  FakeRegistry withBroken(String name) {
    var function = new FunctionName(name);
    functions.put(function, new Lookup.Broken(function, List.of("ol.yaml: unknown key 'memry'")));
    return this;
  }

  private static Version version(String name, FunctionConfig config) {
    return Version.latest(
        new FunctionName(name), new Code(Path.of("/nowhere"), new Digest("a".repeat(64))), config);
  }

  @Override
  public Lookup find(FunctionName name) {
    return functions.getOrDefault(name, new Lookup.Unknown(name));
  }

  @Override
  public List<FunctionName> names() {
    return List.copyOf(functions.keySet());
  }

  @Override
  public void install(FunctionName name, InputStream archive) throws BadBundle, IOException {
    byte[] piece = new byte[64 * 1024];
    long bytes = 0;
    String start = "";
    for (int count = archive.read(piece); count >= 0; count = archive.read(piece)) {
      if (bytes == 0 && count == 3) {
        start = new String(piece, 0, 3, StandardCharsets.US_ASCII);
      }
      bytes += count;
    }
    if (start.equals("bad")) {
      throw new BadBundle(List.of("entry '../x' leads out", "ol.yaml: unknown key 'memry'"));
    }
    installedBytes = bytes;
    with(name.text(), "*");
  }

  @Override
  public boolean remove(FunctionName name) {
    return functions.remove(name) != null;
  }
}
