package org.openlambda.control.lambda;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.catalog.LayerVersion;
import org.openlambda.control.catalog.Layers;
import org.openlambda.control.catalog.Translation;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry.BadBundle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Layers: code that functions share, seen at `/opt`. Any thread.
final class LayerOperations {
  /// Of a function, as the service allows.
  static final int MOST = 5;

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Pattern ARN =
      Pattern.compile(
          "arn:[a-zA-Z0-9-]+:lambda:([a-zA-Z0-9-]+):(\\d{12}):layer:([^:]+):(\\d{1,9})");
  private static final List<String> ABOUT =
      List.of("Description", "LicenseInfo", "CompatibleRuntimes", "CompatibleArchitectures");

  private final Kept kept;
  private final Uploads uploads;
  private final Downloads downloads;
  private final Layers layers = new Layers();

  LayerOperations(Kept kept, Uploads uploads, Downloads downloads) {
    this.kept = kept;
    this.uploads = uploads;
    this.downloads = downloads;
  }

  ObjectNode publish(Asked asked) throws Fault, Unavailable, IOException {
    Account account = asked.question().asker().account();
    KeptCode code = uploads.take(account, asked.input().get("Content"));
    ObjectNode about = MAPPER.createObjectNode().put("Description", "");
    for (String member : ABOUT) {
      if (asked.input().has(member)) {
        about.set(member, asked.input().get(member).deepCopy());
      }
    }
    String name = name(asked);
    LayerVersion made =
        kept.<LayerVersion, RuntimeException>change(
            asked, t -> layers.publish(t, account, name, code, about, kept.now()));
    return whole(asked.question(), made);
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    return whole(asked.question(), found(asked.question(), name(asked), number(asked)));
  }

  ObjectNode getByArn(Asked asked) throws Fault, Unavailable {
    Reference reference = Reference.of(asked.required("Arn")).orElseThrow(LayerOperations::absent);
    if (!reference.isOf(asked.question())) {
      throw absent();
    }
    return whole(asked.question(), found(asked.question(), reference.name, reference.number));
  }

  private LayerVersion found(Question question, String name, int number) throws Fault, Unavailable {
    Account account = question.asker().account();
    Optional<LayerVersion> version =
        kept.database()
            .<Optional<LayerVersion>, RuntimeException>read(
                t -> layers.find(t, account, name, number));
    return version.orElseThrow(LayerOperations::absent);
  }

  private static Fault absent() {
    return Fault.notFound("The resource you requested does not exist.");
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    String name = name(asked);
    int number = number(asked);
    kept.<Boolean, RuntimeException>change(
        asked,
        t -> {
          layers.delete(t, asked.question().asker().account(), name, number);
          return true;
        });
    return MAPPER.createObjectNode();
  }

  ObjectNode listVersions(Asked asked) throws Fault, Unavailable {
    String name = name(asked);
    Account account = asked.question().asker().account();
    int from =
        asked
            .text("Marker")
            .filter(m -> m.matches("\\d{1,9}"))
            .map(Integer::parseInt)
            .orElse(Integer.MAX_VALUE);
    List<LayerVersion> rest =
        kept
            .database()
            .<List<LayerVersion>, RuntimeException>read(t -> layers.versions(t, account, name))
            .stream()
            .filter(version -> version.number() < from && isMeant(asked, version))
            .toList();
    return asked.page(
        "LayerVersions",
        rest,
        version -> Integer.toString(version.number()),
        version -> brief(asked.question(), version));
  }

  ObjectNode list(Asked asked) throws Unavailable {
    Account account = asked.question().asker().account();
    String after = asked.text("Marker").orElse("");
    var newest = new LinkedHashMap<String, LayerVersion>();
    kept.database().<List<LayerVersion>, RuntimeException>read(t -> layers.all(t, account)).stream()
        .filter(version -> version.name().compareTo(after) > 0 && isMeant(asked, version))
        .forEach(version -> newest.putIfAbsent(version.name(), version));
    return asked.page(
        "Layers",
        List.copyOf(newest.values()),
        LayerVersion::name,
        version -> newest(asked.question(), version));
  }

  private static ObjectNode newest(Question question, LayerVersion version) {
    ObjectNode layer = MAPPER.createObjectNode();
    layer.put("LayerName", version.name());
    layer.put("LayerArn", arn(question, version.name()));
    return layer.set("LatestMatchingVersion", brief(question, version));
  }

  /// A layer that says nothing of runtimes or architectures goes with none that is asked for.
  private static boolean isMeant(Asked asked, LayerVersion version) {
    return has(version.about().path("CompatibleRuntimes"), asked.text("CompatibleRuntime"))
        && has(
            version.about().path("CompatibleArchitectures"), asked.text("CompatibleArchitecture"));
  }

  private static boolean has(JsonNode values, Optional<String> wanted) {
    return wanted.isEmpty()
        || values.valueStream().anyMatch(value -> value.stringValue().equals(wanted.get()));
  }

  /// What a function's configuration says of layers: what the API shows, and what they are
  /// together.
  ///
  /// @param members empty if nothing was asked for
  record Chosen(Optional<ObjectNode> members) {
    /// Puts it in the place of what the configuration says.
    ObjectNode into(ObjectNode configuration) {
      members.ifPresent(given -> {
        configuration.remove(List.of("Layers", Translation.LAYERS));
        configuration.setAll(given);
      });
      return configuration;
    }
  }

  /// Finds the layers that are asked for, and puts them together on the disk.
  Chosen choose(Asked asked) throws Fault, Unavailable, IOException {
    JsonNode wanted = asked.input().get("Layers");
    if (wanted == null) {
      return new Chosen(Optional.empty());
    }
    List<Named> all = resolve(asked.question(), wanted);
    ObjectNode members = MAPPER.createObjectNode();
    if (!all.isEmpty()) {
      ArrayNode shown = members.putArray("Layers");
      all.forEach(
          one -> shown.addObject().put("Arn", one.arn).put("CodeSize", one.layer.code().bytes()));
      members.put(Translation.LAYERS, merged(all));
    }
    return new Chosen(Optional.of(members));
  }

  private String merged(List<Named> all) throws Fault, IOException {
    try {
      return kept.bundles().merge(all.stream().map(one -> one.layer.code().tree()).toList()).hex();
    } catch (BadBundle e) {
      throw Fault.invalid("The layers cannot be put together: " + e.getMessage());
    }
  }

  /// A layer as it was named.
  private record Named(String arn, LayerVersion layer) {}

  private List<Named> resolve(Question question, JsonNode arns) throws Fault, Unavailable {
    if (arns.size() > MOST) {
      throw Fault.invalid("Cannot reference more than %d layers.".formatted(MOST));
    }
    var all = new ArrayList<Named>();
    Map<String, String> seen = new HashMap<>();
    for (JsonNode node : arns) {
      String arn = node.stringValue();
      Reference reference =
          Reference.of(arn)
              .orElseThrow(() -> Fault.invalid("Layer version %s does not exist.".formatted(arn)));
      if (!reference.isOf(question)) {
        throw new Fault(
            403,
            "AccessDeniedException",
            ("User: arn:aws:iam::%s:user/%s is not authorized to perform: lambda:GetLayerVersion on"
                    + " resource: %s because no resource-based policy allows the"
                    + " lambda:GetLayerVersion action")
                .formatted(question.asker().account(), question.asker().user(), arn));
      }
      String other = seen.put(reference.name, arn);
      if (other != null) {
        throw Fault.invalid(
            ("Two different versions of the same layer are not allowed to be referenced in the"
                    + " same function. %s and %s.")
                .formatted(other, arn));
      }
      all.add(new Named(arn, layer(question, reference, arn)));
    }
    return all;
  }

  private LayerVersion layer(Question question, Reference reference, String arn)
      throws Fault, Unavailable {
    try {
      return found(question, reference.name, reference.number);
    } catch (Fault absent) {
      throw Fault.invalid("Layer version %s does not exist.".formatted(arn));
    }
  }

  /// `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:NUMBER`.
  private record Reference(String account, String name, int number) {
    static Optional<Reference> of(String arn) {
      Matcher parts = ARN.matcher(arn);
      return parts.matches()
          ? Optional.of(
              new Reference(parts.group(2), parts.group(3), Integer.parseInt(parts.group(4))))
          : Optional.empty();
    }

    boolean isOf(Question question) {
      return account.equals(question.asker().account().text());
    }
  }

  /// A layer may be named by its ARN.
  private static String name(Asked asked) throws Fault {
    String text = asked.required("LayerName");
    if (!text.startsWith("arn:")) {
      return text;
    }
    return Reference.of(text + ":1")
        .filter(reference -> reference.isOf(asked.question()))
        .orElseThrow(LayerOperations::absent)
        .name;
  }

  private static int number(Asked asked) throws Fault {
    long number = asked.input().get("VersionNumber").longValue();
    if (number < 1) {
      throw Fault.invalid("Layer Version Cannot be less than 1.");
    }
    return (int) Math.min(number, Integer.MAX_VALUE);
  }

  private static String arn(Question question, String name) {
    return "arn:aws:lambda:%s:%s:layer:%s"
        .formatted(question.region(), question.asker().account(), name);
  }

  private ObjectNode whole(Question question, LayerVersion version) {
    ObjectNode all = brief(question, version);
    all.put("LayerArn", arn(question, version.name()));
    all.putObject("Content")
        .put("Location", downloads.address(question, version.code()))
        .put("CodeSha256", Description.base64(version.code().archive()))
        .put("CodeSize", version.code().bytes());
    return all;
  }

  private static ObjectNode brief(Question question, LayerVersion version) {
    ObjectNode all = version.about().deepCopy();
    all.put("LayerVersionArn", arn(question, version.name()) + ":" + version.number());
    all.put("Version", version.number());
    all.put("CreatedDate", Description.time(version.created()));
    return all;
  }
}
