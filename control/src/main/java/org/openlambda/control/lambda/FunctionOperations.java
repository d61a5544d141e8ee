package org.openlambda.control.lambda;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.catalog.KeptVersion.Progress;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Functions: making, reading, changing and deleting them. Any thread.
final class FunctionOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Kept kept;
  private final Naming naming;
  private final Configuration configuration;
  private final VersionOperations versions;
  private final Code code;

  /// Where code comes from, and is had again.
  record Code(Uploads uploads, Downloads downloads, LayerOperations layers) {}

  FunctionOperations(Kept kept, Naming naming, VersionOperations versions, Code code) {
    this.kept = kept;
    this.naming = naming;
    this.versions = versions;
    this.code = code;
    this.configuration = new Configuration(kept.quotas());
  }

  ObjectNode create(Asked asked) throws Fault, Unavailable, IOException {
    FunctionId id = naming.fresh(asked);
    ObjectNode settings = code.layers.choose(asked).into(configuration.first(asked, id.name()));
    var environment = configuration.environment(asked, Optional.empty());
    refuseIfThere(id);
    KeptCode taken = code.uploads.take(id.account(), asked.input().get("Code"));
    var first =
        new KeptVersion(
            0, taken, settings, environment, UUID.randomUUID(), kept.now(), Progress.CREATING);
    Function made =
        kept.rework(
            asked,
            t -> {
              if (kept.catalog().find(t, id).isPresent()) {
                throw alreadyThere(id);
              }
              UUID key = kept.catalog().insert(t, id, tags(asked));
              kept.catalog().put(t, key, id, first);
              if (asked.isSet("Publish")) {
                versions.publish(t, reread(t, id), Optional.empty());
              }
              return reread(t, id);
            });
    kept.serve(made);
    KeptVersion shown =
        asked.isSet("Publish") ? made.versions().lastEntry().getValue() : made.latest();
    return Description.version(asked.question(), made, shown, Optional.empty());
  }

  private Function reread(Transaction t, FunctionId id) {
    return kept.catalog().find(t, id).orElseThrow();
  }

  private void refuseIfThere(FunctionId id) throws Fault, Unavailable {
    if (kept.database().read(t -> kept.catalog().find(t, id)).isPresent()) {
      throw alreadyThere(id);
    }
  }

  private static Fault alreadyThere(FunctionId id) {
    return Fault.conflict("Function already exist: " + id.name());
  }

  private static Map<String, String> tags(Asked asked) {
    var tags = new LinkedHashMap<String, String>();
    asked
        .input()
        .path("Tags")
        .properties()
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue().stringValue()));
    return tags;
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    ObjectNode answer = MAPPER.createObjectNode();
    answer.set("Configuration", configuration(asked, function));
    answer
        .putObject("Code")
        .put("RepositoryType", "S3")
        .put(
            "Location",
            code.downloads.address(asked.question(), naming.version(function, asked).code()));
    function
        .reserved()
        .ifPresent(
            most -> answer.putObject("Concurrency").put("ReservedConcurrentExecutions", most));
    if (!function.tags().isEmpty()) {
      ObjectNode tags = answer.putObject("Tags");
      function.tags().forEach(tags::put);
    }
    return answer;
  }

  ObjectNode getConfiguration(Asked asked) throws Fault, Unavailable {
    return configuration(asked, kept.database().read(t -> naming.function(t, asked)));
  }

  private ObjectNode configuration(Asked asked, Function function) throws Fault {
    return Description.version(
        asked.question(),
        function,
        naming.version(function, asked),
        naming.named(asked).qualifier());
  }

  ObjectNode list(Asked asked) throws Unavailable {
    int most = asked.most();
    List<Function> found =
        kept.database()
            .read(t ->
                kept.catalog()
                    .list(
                        t,
                        asked.question().asker().account(),
                        asked.text("Marker").orElse(""),
                        most + 1));
    List<Function> page = found.subList(0, Math.min(most, found.size()));
    boolean all = asked.text("FunctionVersion").isPresent();
    ObjectNode answer = MAPPER.createObjectNode();
    var functions = answer.putArray("Functions");
    for (Function function : page) {
      for (KeptVersion version : function.versions().values()) {
        if (all || version.number() == 0) {
          Optional<String> qualifier = all ? Optional.of(version.label()) : Optional.empty();
          functions.add(Description.listed(asked.question(), function, version, qualifier));
        }
      }
    }
    if (found.size() > most) {
      answer.put("NextMarker", page.getLast().id().name().text());
    }
    return answer;
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    Optional<String> qualifier = naming.named(asked).qualifier();
    if (qualifier.isPresent() && qualifier.get().equals(Version.LATEST)) {
      throw Fault.invalid("$LATEST version cannot be deleted without deleting the function.");
    }
    if (qualifier.isPresent() && !Function.isNumber(qualifier.get())) {
      throw Fault.invalid(
          "Deletion of aliases is not currently supported by DeleteFunction: use DeleteAlias.");
    }
    FunctionId id =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              if (qualifier.isEmpty()) {
                kept.catalog().delete(t, function);
              } else {
                int number = Integer.parseInt(qualifier.get());
                refuseIfNamed(asked, function, number);
                kept.catalog().deleteVersion(t, function, number);
              }
              return function.id();
            });
    kept.routes().refresh(id);
    return MAPPER.createObjectNode();
  }

  private static void refuseIfNamed(Asked asked, Function function, int number) throws Fault {
    List<String> names =
        function.aliases().values().stream()
            .filter(alias ->
                alias.version() == number
                    || alias.other().filter(o -> o.version() == number).isPresent())
            .map(alias -> Naming.arn(asked.question(), function.id()) + ":" + alias.name())
            .toList();
    if (!names.isEmpty()) {
      throw Fault.conflict(
          "Version was not able to be deleted because it is referenced by the following aliases: "
              + names);
    }
  }

  ObjectNode updateCode(Asked asked) throws Fault, Unavailable, IOException {
    Function named = kept.database().read(t -> naming.function(t, asked)); // before its archive
    KeptCode taken = code.uploads.take(named.id().account(), asked.input());
    return change(
        asked,
        before ->
            new KeptVersion(
                0,
                taken,
                before.configuration(),
                before.environment(),
                UUID.randomUUID(),
                kept.now(),
                Progress.UPDATING));
  }

  ObjectNode updateConfiguration(Asked asked) throws Fault, Unavailable, IOException {
    LayerOperations.Chosen layered = code.layers.choose(asked); // reads and writes files
    return change(
        asked,
        before ->
            new KeptVersion(
                0,
                before.code(),
                layered.into(configuration.changed(asked, before.configuration())),
                configuration.environment(asked, before.environment()),
                UUID.randomUUID(),
                kept.now(),
                Progress.UPDATING));
  }

  /// What becomes of `$LATEST`.
  private interface Changing {
    KeptVersion of(KeptVersion before) throws Fault;
  }

  private ObjectNode change(Asked asked, Changing changing) throws Fault, Unavailable {
    Function changed =
        kept.rework(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              Kept.requireSettled(asked, function);
              Kept.requireRevision(
                  asked.text("RevisionId"), function.latest().revision(), "GetFunction/GetAlias");
              KeptVersion after = changing.of(function.latest());
              if (asked.isSet("DryRun")) {
                return function;
              }
              kept.catalog().put(t, function.key(), function.id(), after);
              if (asked.isSet("Publish")) {
                versions.publish(t, reread(t, function.id()), Optional.empty());
              }
              return reread(t, function.id());
            });
    if (!asked.isSet("DryRun")) {
      kept.serve(changed);
    }
    KeptVersion shown =
        asked.isSet("Publish") ? changed.versions().lastEntry().getValue() : changed.latest();
    return Description.version(asked.question(), changed, shown, Optional.empty());
  }
}
