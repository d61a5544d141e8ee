package org.openlambda.control.config;

import static org.openlambda.control.config.YamlNode.Scalar.Type.BOOLEAN;
import static org.openlambda.control.config.YamlNode.Scalar.Type.TEXT;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openlambda.control.config.YamlNode.Scalar;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.EntryPath;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Registry.BadBundle;

/// What an `ol.yaml` says:
///
///     handler: module.function          # AWS's contract; without it OpenLambda's: f.py
///     memory: 256MB                     # or a number of MB
///     timeout: 30                       # seconds, or 500ms, 2m
///     procs: 64
///     cpu: 0.5
///     tmp: 64MB
///     network: none                     # or outbound
///     environment: {NAME: value}
///     reuse-sandbox: true
///     triggers:
///       http: [{method: GET}]           # without it all methods; [] blocks all
///
/// Every key may be absent.
///
/// @param config of the function
/// @param notes what is accepted but has no effect in this version, one sentence each
public record FunctionFile(FunctionConfig config, List<String> notes) {
  /// The file's name in a bundle.
  public static final String NAME = "ol.yaml";

  /// The most that is read of one, in bytes.
  public static final int LARGEST_BYTES = YamlDocument.LARGEST_BYTES;

  private static final int ENVIRONMENT_BYTES = 4096;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
  private static final Pattern HANDLER =
      Pattern.compile("[A-Za-z0-9_./-]{1,200}\\.[A-Za-z_$][A-Za-z0-9_$]{0,100}");
  private static final List<String> KEYS =
      Stream.concat(
              LimitsReader.KEYS.stream(),
              Stream.of("environment", "handler", "reuse-sandbox", "triggers"))
          .sorted()
          .toList();

  public FunctionFile {
    notes = List.copyOf(notes);
  }

  /// What a function without an `ol.yaml` has.
  public static FunctionFile absent(Limits defaults) {
    var none = FunctionConfig.DEFAULT;
    return new FunctionFile(
        new FunctionConfig(
            none.entry(), none.environment(), none.methods(), defaults, none.reuseSandbox()),
        List.of());
  }

  /// Reads the file's bytes.
  ///
  /// @param defaults for limits that it does not set
  /// @param most it may ask for
  /// @throws BadBundle naming every problem with its key, value, line and what is allowed
  public static FunctionFile read(byte[] bytes, Limits defaults, Limits most) throws BadBundle {
    var problems = new Problems();
    List<String> notes = new ArrayList<>();
    var document = YamlDocument.read(bytes, problems);
    FunctionFile file = absent(defaults);
    if (document.isPresent()) {
      var keys = Keys.of("", document.get(), KEYS, problems);
      var config =
          new FunctionConfig(
              handler(keys),
              environment(keys, problems),
              new TriggersReader(problems, notes).methods(keys.node("triggers")),
              LimitsReader.read(keys, defaults, most),
              keys.value("reuse-sandbox", List.of(BOOLEAN), "true or false", FunctionFile::isTrue)
                  .orElse(true));
      file = new FunctionFile(config, notes);
    }
    problems.throwIfAny();
    return file;
  }

  private static boolean isTrue(Scalar value) {
    return value.text().equalsIgnoreCase("true");
  }

  private static Entry handler(Keys keys) {
    return keys.value("handler", List.of(TEXT), "'module.function'", FunctionFile::handler)
        .orElseGet(Entry.OpenLambda::new);
  }

  private static Entry handler(Scalar value) {
    boolean isPath = EntryPath.fault(value.text(), BundleBounds.DEFAULT).isEmpty();
    if (!isPath || !HANDLER.matcher(value.text()).matches()) {
      throw new IllegalArgumentException("a module of the bundle, a dot and a function's name");
    }
    return new Entry.Handler(value.text());
  }

  private static Map<String, String> environment(Keys keys, Problems problems) {
    Optional<YamlNode> node = keys.node("environment");
    if (node.isEmpty()) {
      return Map.of();
    }
    if (!(node.get() instanceof YamlNode.Mapping mapping)) {
      keys.problem(
          "environment",
          node.get(),
          "must be a mapping of names to values, not " + node.get().kind());
      return Map.of();
    }
    var environment = new LinkedHashMap<String, String>();
    mapping.entries().forEach((name, value) -> variable(name, value, environment, problems));
    int bytes = environment.entrySet().stream().mapToInt(FunctionFile::bytes).sum();
    if (bytes > ENVIRONMENT_BYTES) {
      keys.problem(
          "environment",
          mapping,
          "has %,d bytes of names and values; at most %,d are allowed"
              .formatted(bytes, ENVIRONMENT_BYTES));
    }
    return environment;
  }

  private static void variable(
      String name, YamlNode.Value value, Map<String, String> environment, Problems problems) {
    if (!VARIABLE.matcher(name).matches()) {
      problems.add(
          "ol.yaml %s: environment.%s is no name of a variable: use letters, digits and '_'"
              .formatted(value.keyAt(), Problems.quote(name)));
    } else if (!(value.node() instanceof Scalar scalar)
        || scalar.type() == Scalar.Type.NOTHING
        || scalar.text().indexOf('\0') >= 0) {
      problems.add(
          ("ol.yaml %s: environment.%s must be a text without NUL, a number, or true or false,"
                  + " not %s")
              .formatted(value.node().at(), name, Keys.shown(value.node())));
    } else {
      environment.put(name, scalar.text());
    }
  }

  private static int bytes(Map.Entry<String, String> variable) {
    return variable.getKey().getBytes(StandardCharsets.UTF_8).length
        + variable.getValue().getBytes(StandardCharsets.UTF_8).length;
  }
}
