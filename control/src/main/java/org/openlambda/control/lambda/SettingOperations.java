package org.openlambda.control.lambda;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.openlambda.control.catalog.Catalog.Totals;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.FunctionReference;
import org.openlambda.core.function.Version;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tags, concurrency, and what an account has and may have. Any thread.
final class SettingOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final int MOST_TAGS = 50;

  private final Kept kept;
  private final Naming naming;

  SettingOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode listTags(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> tagged(t, asked));
    ObjectNode answer = MAPPER.createObjectNode();
    ObjectNode tags = answer.putObject("Tags");
    function.tags().forEach(tags::put);
    return answer;
  }

  ObjectNode tag(Asked asked) throws Fault, Unavailable {
    return change(
        asked,
        tags ->
            asked
                .input()
                .get("Tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().stringValue())));
  }

  ObjectNode untag(Asked asked) throws Fault, Unavailable {
    return change(
        asked, tags -> asked.input().get("TagKeys").forEach(key -> tags.remove(key.stringValue())));
  }

  private ObjectNode change(Asked asked, Consumer<Map<String, String>> changing)
      throws Fault, Unavailable {
    kept.change(
        asked,
        t -> {
          Function function = tagged(t, asked);
          var tags = new LinkedHashMap<>(function.tags());
          changing.accept(tags);
          if (tags.size() > MOST_TAGS) {
            throw Fault.invalid("Maximum number of tags for resource exceeded");
          }
          kept.catalog().tag(t, function, tags);
          return function;
        });
    return MAPPER.createObjectNode();
  }

  /// The function whose ARN is given; versions and aliases have no tags.
  private Function tagged(Transaction t, Asked asked) throws Fault {
    String arn = asked.required("Resource");
    Optional<FunctionReference> reference = FunctionReference.parse(arn);
    String own = asked.question().asker().account().text();
    if (reference.isEmpty()
        || !reference.get().account().equals(Optional.of(own))
        || !FunctionName.isValid(reference.get().name())) {
      throw Fault.notFound("The resource you requested does not exist.");
    }
    if (reference.get().qualifier().isPresent()) {
      throw Fault.invalid(
          "Tags on function aliases and versions are not supported. Please specify a function"
              + " ARN.");
    }
    var id =
        new FunctionId(
            asked.question().asker().account(), new FunctionName(reference.get().name()));
    return kept.catalog().find(t, id).orElseThrow(() -> Naming.notFound(arn, Optional.empty()));
  }

  ObjectNode putConcurrency(Asked asked) throws Fault, Unavailable {
    int wanted = asked.input().get("ReservedConcurrentExecutions").intValue();
    reserve(asked, OptionalInt.of(wanted));
    return MAPPER.createObjectNode().put("ReservedConcurrentExecutions", wanted);
  }

  ObjectNode deleteConcurrency(Asked asked) throws Fault, Unavailable {
    reserve(asked, OptionalInt.empty());
    return MAPPER.createObjectNode();
  }

  private void reserve(Asked asked, OptionalInt wanted) throws Fault, Unavailable {
    Function changed =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              Totals totals = kept.catalog().totals(t, function.id().account());
              long others = totals.reserved() - function.reserved().orElse(0);
              if (kept.quotas().concurrency() - others - wanted.orElse(0)
                  < Quotas.LEAST_UNRESERVED) {
                throw Fault.invalid(
                    "Specified ReservedConcurrentExecutions for function decreases account's"
                        + " UnreservedConcurrentExecution below its minimum value of ["
                        + Quotas.LEAST_UNRESERVED
                        + "].");
              }
              kept.catalog().reserve(t, function, wanted);
              return function;
            });
    kept.routes().refresh(changed.id());
  }

  ObjectNode getConcurrency(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    ObjectNode answer = MAPPER.createObjectNode();
    function.reserved().ifPresent(most -> answer.put("ReservedConcurrentExecutions", most));
    return answer;
  }

  ObjectNode account(Asked asked) throws Unavailable {
    Totals totals =
        kept.database().read(t -> kept.catalog().totals(t, asked.question().asker().account()));
    Quotas quotas = kept.quotas();
    ObjectNode answer = MAPPER.createObjectNode();
    answer
        .putObject("AccountLimit")
        .put("TotalCodeSize", quotas.code().bytes())
        .put("CodeSizeUnzipped", quotas.unzippedBytes())
        .put("CodeSizeZipped", quotas.zippedBytes())
        .put("ConcurrentExecutions", quotas.concurrency())
        .put("UnreservedConcurrentExecutions", quotas.concurrency() - totals.reserved());
    answer
        .putObject("AccountUsage")
        .put("TotalCodeSize", totals.codeBytes())
        .put("FunctionCount", totals.functions());
    return answer;
  }

  ObjectNode putRecursion(Asked asked) throws Fault, Unavailable {
    ObjectNode value = MAPPER.createObjectNode();
    value.put("RecursiveLoop", asked.required("RecursiveLoop"));
    put(asked, Kind.RECURSION, "", value);
    return value;
  }

  ObjectNode getRecursion(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    return function
        .setting(Kind.RECURSION, "")
        .map(Setting::value)
        .orElseGet(() -> MAPPER.createObjectNode().put("RecursiveLoop", "Terminate"));
  }

  ObjectNode putRuntimeUpdate(Asked asked) throws Fault, Unavailable {
    String when = asked.required("UpdateRuntimeOn");
    Optional<String> runtime = asked.text("RuntimeVersionArn");
    if (when.equals("Manual") && runtime.isEmpty()) {
      throw Fault.invalid(
          "The runtime version arn must be set when the runtime update mode is Manual.");
    }
    if (!when.equals("Manual") && runtime.isPresent()) {
      throw Fault.invalid(
          "The runtime version arn can only be set when the runtime update mode is Manual.");
    }
    ObjectNode value = MAPPER.createObjectNode().put("UpdateRuntimeOn", when);
    runtime.ifPresent(arn -> value.put("RuntimeVersionArn", arn));
    return runtimeUpdate(asked, put(asked, Kind.RUNTIME_UPDATE, qualifier(asked), value), value);
  }

  ObjectNode getRuntimeUpdate(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    naming.version(function, asked); // must be there
    ObjectNode value =
        function
            .setting(Kind.RUNTIME_UPDATE, qualifier(asked))
            .map(Setting::value)
            .orElseGet(() -> MAPPER.createObjectNode().put("UpdateRuntimeOn", "Auto"));
    return runtimeUpdate(asked, function, value);
  }

  private ObjectNode runtimeUpdate(Asked asked, Function function, ObjectNode value) throws Fault {
    String qualifier = qualifier(asked);
    ObjectNode answer = value.deepCopy();
    answer.put(
        "FunctionArn",
        Naming.arn(
            asked.question(), function.id(), qualifier.isEmpty() ? Version.LATEST : qualifier));
    answer.putIfAbsent("RuntimeVersionArn", answer.nullNode());
    return answer;
  }

  private String qualifier(Asked asked) throws Fault {
    return naming.named(asked).qualifier().filter(q -> !q.equals(Version.LATEST)).orElse("");
  }

  private Function put(Asked asked, Kind kind, String qualifier, ObjectNode value)
      throws Fault, Unavailable {
    return kept.change(
        asked,
        t -> {
          Function function = naming.function(t, asked);
          naming.version(function, asked); // must be there
          Setting after =
              function
                  .setting(kind, qualifier)
                  .map(before -> before.changed(value, kept.now()))
                  .orElseGet(() -> Setting.made(kind, qualifier, value, kept.now()));
          kept.catalog().put(t, function, after);
          return function;
        });
  }
}
