package org.openlambda.control.lambda;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.catalog.LayerId;
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
    String name = name(asked);
    Account account = asked.question().asker().account();
    KeptCode code = uploads.take(account, asked.input().get("Content"));
    ObjectNode about = MAPPER.createObjectNode().put("Description", "");
    for (String member : ABOUT) {
      if (asked.input().has(member)) {
        about.set(member, asked.input().get(member).deepCopy());
      }
    }
    LayerVersion made =
        kept.rework(asked, t -> layers.publish(t, account, name, code, about, kept.now()));
    return whole(asked.question(), made);
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    LayerId layer = layer(asked);
    var id = new LayerId(layer.account(), layer.name(), number(asked));
    return whole(asked.question(), usable(asked.question(), id).orElseThrow(Naming::absent));
  }

  ObjectNode getByArn(Asked asked) throws Fault, Unavailable {
    LayerId id = LayerId.parse(asked.required("Arn")).orElseThrow(Naming::absent);
    return whole(asked.question(), usable(asked.question(), id).orElseThrow(Naming::absent));
  }

  /// A version that who asks may use. Of another account, one that is not there is refused like one
  /// that they may not.
  ///
  /// @return empty if their account has none
  private Optional<LayerVersion> usable(Question question, LayerId id) throws Fault, Unavailable {
    Optional<LayerVersion> version =
        kept.database()
            .<Optional<LayerVersion>, RuntimeException>read(t -> layers.find(t, id))
            .filter(found -> found.isOpenTo(question.asker()));
    if (version.isEmpty() && !id.account().equals(question.asker().account())) {
      throw new Fault(
          403,
          "AccessDeniedException",
          ("User: arn:aws:iam::%s:user/%s is not authorized to perform: %s on resource: %s because"
                  + " no resource-based policy allows the %s action")
              .formatted(
                  question.asker().account(),
                  question.asker().user(),
                  LayerVersion.ACTION,
                  id.arn(question.region()),
                  LayerVersion.ACTION));
    }
    return version;
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    LayerId id = id(asked);
    kept.<Boolean, RuntimeException>change(
        asked,
        t -> {
          layers.delete(t, id);
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
            .filter(version -> version.id().number() < from && isMeant(asked, version))
            .toList();
    return asked.page(
        "LayerVersions",
        rest,
        version -> Integer.toString(version.id().number()),
        version -> brief(asked.question(), version));
  }

  ObjectNode list(Asked asked) throws Unavailable {
    Account account = asked.question().asker().account();
    String after = asked.text("Marker").orElse("");
    var newest = new LinkedHashMap<String, LayerVersion>();
    kept.database().<List<LayerVersion>, RuntimeException>read(t -> layers.all(t, account)).stream()
        .filter(version -> version.id().name().compareTo(after) > 0 && isMeant(asked, version))
        .forEach(version -> newest.putIfAbsent(version.id().name(), version));
    return asked.page(
        "Layers",
        List.copyOf(newest.values()),
        version -> version.id().name(),
        version -> newest(asked.question(), version));
  }

  private static ObjectNode newest(Question question, LayerVersion version) {
    ObjectNode layer = MAPPER.createObjectNode();
    layer.put("LayerName", version.id().name());
    layer.put("LayerArn", version.id().layerArn(question.region()));
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
      LayerId id = LayerId.parse(arn).orElseThrow(() -> unknown(arn));
      LayerVersion version = usable(question, id).orElseThrow(() -> unknown(arn));
      String other = seen.put(id.layerArn(""), arn);
      if (other != null) {
        throw Fault.invalid(
            ("Two different versions of the same layer are not allowed to be referenced in the"
                    + " same function. %s and %s.")
                .formatted(other, arn));
      }
      all.add(new Named(arn, version));
    }
    return all;
  }

  private static Fault unknown(String arn) {
    return Fault.invalid("Layer version %s does not exist.".formatted(arn));
  }

  /// A version of a layer of who asks.
  static LayerId id(Asked asked) throws Fault {
    return new LayerId(asked.question().asker().account(), name(asked), number(asked));
  }

  /// The name of a layer of who asks.
  private static String name(Asked asked) throws Fault {
    LayerId layer = layer(asked);
    if (!layer.account().equals(asked.question().asker().account())) {
      throw Naming.absent();
    }
    return layer.name();
  }

  /// A layer may be named by its ARN; the number says nothing.
  private static LayerId layer(Asked asked) throws Fault {
    String text = asked.required("LayerName");
    return text.startsWith("arn:")
        ? LayerId.parse(text + ":1").orElseThrow(Naming::absent)
        : new LayerId(asked.question().asker().account(), text, 1);
  }

  private static int number(Asked asked) throws Fault {
    long number = asked.input().get("VersionNumber").longValue();
    if (number < 1) {
      throw Fault.invalid("Layer Version Cannot be less than 1.");
    }
    return (int) Math.min(number, Integer.MAX_VALUE);
  }

  private ObjectNode whole(Question question, LayerVersion version) {
    ObjectNode all = brief(question, version);
    all.put("LayerArn", version.id().layerArn(question.region()));
    all.putObject("Content")
        .put("Location", downloads.address(question, version.code()))
        .put("CodeSha256", Description.base64(version.code().archive()))
        .put("CodeSize", version.code().bytes());
    return all;
  }

  private static ObjectNode brief(Question question, LayerVersion version) {
    ObjectNode all = version.about().deepCopy();
    all.put("LayerVersionArn", version.id().arn(question.region()));
    all.put("Version", version.id().number());
    all.put("CreatedDate", Description.time(version.created()));
    return all;
  }
}
