package org.openlambda.control.lambda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.catalog.Alias;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.Version;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Aliases. Any thread.
final class AliasOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Kept kept;
  private final Naming naming;

  AliasOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode create(Asked asked) throws Fault, Unavailable {
    return write(
        asked,
        (function, before) -> {
          if (before.isPresent()) {
            throw Fault.conflict("Alias already exists: " + arn(asked, function));
          }
          return new Alias(
              asked.required("Name"),
              number(asked, function, asked.required("FunctionVersion")),
              share(asked, function, Optional.empty()),
              asked.text("Description").orElse(""),
              UUID.randomUUID());
        });
  }

  ObjectNode update(Asked asked) throws Fault, Unavailable {
    return write(
        asked,
        (function, found) -> {
          Alias before = found.orElseThrow(() -> missing(asked, function));
          Kept.requireRevision(asked.text("RevisionId"), before.revision(), "GetAlias");
          Optional<String> version = asked.text("FunctionVersion");
          return new Alias(
              before.name(),
              version.isPresent() ? number(asked, function, version.get()) : before.version(),
              share(asked, function, before.other()),
              asked.text("Description").orElse(before.description()),
              UUID.randomUUID());
        });
  }

  /// What becomes of an alias.
  private interface Changing {
    Alias of(Function function, Optional<Alias> before) throws Fault;
  }

  private ObjectNode write(Asked asked, Changing changing) throws Fault, Unavailable {
    record Written(Function function, Alias alias) {}
    Written written =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              Alias before = function.aliases().get(asked.required("Name"));
              Alias after = changing.of(function, Optional.ofNullable(before));
              requireNumbers(after);
              ProvisionedOperations.requireSole(function, after);
              kept.catalog().put(t, function, after);
              return new Written(function, after);
            });
    kept.routes().refresh(written.function.id());
    return Description.alias(asked.question(), written.function, written.alias);
  }

  /// Of several versions each has a number.
  private static void requireNumbers(Alias alias) throws Fault {
    if (alias.other().isPresent() && (alias.version() == 0 || alias.other().get().version() == 0)) {
      throw Fault.invalid("$LATEST is not supported for an alias pointing to more than 1 version");
    }
  }

  private static String arn(Asked asked, Function function) {
    return Naming.arn(asked.question(), function.id()) + ":" + asked.required("Name");
  }

  private static Fault missing(Asked asked, Function function) {
    return Fault.notFound("Alias not found: " + arn(asked, function));
  }

  private static int number(Asked asked, Function function, String label) throws Fault {
    int number = label.equals(Version.LATEST) ? 0 : parsed(label);
    if (!function.versions().containsKey(number)) {
      throw Naming.notFound(Naming.arn(asked.question(), function.id()), Optional.of(label));
    }
    return number;
  }

  private static int parsed(String label) {
    return Function.isNumber(label) ? Integer.parseInt(label) : -1;
  }

  /// At most one version beside the first; an empty configuration clears it.
  private static Optional<Alias.Share> share(
      Asked asked, Function function, Optional<Alias.Share> before) throws Fault {
    JsonNode routing = asked.input().get("RoutingConfig");
    if (routing == null) {
      return before;
    }
    JsonNode weights = routing.path("AdditionalVersionWeights");
    if (weights.size() > 1) {
      throw Fault.invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }
    for (Map.Entry<String, JsonNode> weight : weights.properties()) {
      return Optional.of(
          new Alias.Share(
              number(asked, function, weight.getKey()), weight.getValue().doubleValue()));
    }
    return Optional.empty();
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    Alias alias = function.aliases().get(asked.required("Name"));
    if (alias == null) {
      throw new Fault(
          404, "ResourceNotFoundException", "Cannot find alias arn: " + arn(asked, function));
    }
    return Description.alias(asked.question(), function, alias);
  }

  ObjectNode list(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    String from = asked.text("Marker").map(marker -> marker + "\0").orElse("");
    Optional<String> version = asked.text("FunctionVersion");
    List<Alias> rest =
        function.aliases().tailMap(from).values().stream()
            .filter(alias -> version.isEmpty() || version.get().equals(label(alias)))
            .toList();
    return asked.page(
        "Aliases",
        rest,
        Alias::name,
        alias -> Description.alias(asked.question(), function, alias));
  }

  private static String label(Alias alias) {
    return alias.version() == 0 ? Version.LATEST : Integer.toString(alias.version());
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    Function changed = kept.change(asked, t -> deleted(t, asked));
    kept.routes().refresh(changed.id());
    return MAPPER.createObjectNode();
  }

  private Function deleted(Transaction t, Asked asked) throws Fault {
    Function function = naming.function(t, asked);
    kept.catalog().deleteAlias(t, function, asked.required("Name"));
    return function;
  }
}
