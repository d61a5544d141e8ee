package org.openlambda.control.lambda;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.FunctionReference;
import org.openlambda.core.function.Version;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How events are delivered that nobody waits for: kept here, for whoever delivers them. Any
/// thread.
final class AsyncOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final List<String> MEMBERS =
      List.of("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig");

  private final Kept kept;
  private final Naming naming;

  AsyncOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  /// Replaces all of it.
  ObjectNode put(Asked asked) throws Fault, Unavailable {
    return write(asked, false);
  }

  /// What is not given stays.
  ObjectNode update(Asked asked) throws Fault, Unavailable {
    return write(asked, true);
  }

  private ObjectNode write(Asked asked, boolean merges) throws Fault, Unavailable {
    if (MEMBERS.stream().noneMatch(asked.input()::has)) {
      throw Fault.invalid(
          "You must specify at least one of error handling or destination setting.");
    }
    record Written(Function function, Setting setting) {}
    Written written =
        kept.change(
            asked,
            t -> {
              Function function = function(t, asked);
              String qualifier = qualifier(asked);
              Optional<Setting> before = function.setting(Kind.ASYNC, qualifier);
              if (merges && before.isEmpty()) {
                throw absent(asked, function, qualifier);
              }
              ObjectNode value =
                  merges ? before.get().value().deepCopy() : MAPPER.createObjectNode();
              for (String member : MEMBERS) {
                if (asked.input().has(member)) {
                  value.set(member, asked.input().get(member).deepCopy());
                }
              }
              checkDestinations(t, asked, function, value.path("DestinationConfig"));
              Setting after =
                  before.isPresent()
                      ? before.get().changed(value, kept.now())
                      : Setting.made(Kind.ASYNC, qualifier, value, kept.now());
              kept.catalog().put(t, function, after);
              return new Written(function, after);
            });
    return shown(asked.question(), written.function, written.setting);
  }

  /// A function that is to be told must be there, and another one. Whether queues and topics are is
  /// known to those who own them.
  private void checkDestinations(Transaction t, Asked asked, Function function, JsonNode all)
      throws Fault {
    for (String when : List.of("OnSuccess", "OnFailure")) {
      Optional<FunctionReference> reference =
          all.path(when)
              .path("Destination")
              .stringValueOpt()
              .filter(arn -> arn.contains(":lambda:"))
              .flatMap(FunctionReference::parse);
      if (reference.isEmpty()) {
        continue;
      }
      String account = asked.question().asker().account().text();
      boolean isThere =
          reference.get().account().equals(Optional.of(account))
              && FunctionName.isValid(reference.get().name())
              && kept.catalog()
                  .find(
                      t,
                      new FunctionId(
                          asked.question().asker().account(),
                          new FunctionName(reference.get().name())))
                  .isPresent();
      if (!isThere) {
        throw Fault.invalid(
            "The destination ARN %s is invalid."
                .formatted(all.path(when).path("Destination").stringValue()));
      }
      if (reference.get().name().equals(function.id().name().text())) {
        throw Fault.invalid("You can't specify the function as a destination for itself.");
      }
    }
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> function(t, asked));
    return shown(asked.question(), function, setting(asked, function));
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    kept.change(
        asked,
        t -> {
          Function function = function(t, asked);
          kept.catalog().delete(t, function, setting(asked, function));
          return function;
        });
    return MAPPER.createObjectNode();
  }

  ObjectNode list(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> function(t, asked));
    String after = asked.text("Marker").orElse("");
    List<Setting> rest =
        function.settings().stream()
            .filter(setting -> setting.kind() == Kind.ASYNC)
            .filter(setting -> label(setting).compareTo(after) > 0)
            .sorted(Comparator.comparing(AsyncOperations::label))
            .toList();
    return asked.page(
        "FunctionEventInvokeConfigs",
        rest,
        AsyncOperations::label,
        setting -> shown(asked.question(), function, setting));
  }

  private Function function(Transaction t, Asked asked) throws Fault {
    Function function =
        kept.catalog()
            .find(t, naming.named(asked).id())
            .orElseThrow(() -> Fault.notFound("The function doesn't exist."));
    String qualifier = qualifier(asked);
    if (!qualifier.isEmpty() && function.version(qualifier).isEmpty()) {
      throw Fault.notFound("The function doesn't exist.");
    }
    return function;
  }

  /// The function's own is that of `$LATEST`.
  private String qualifier(Asked asked) throws Fault {
    return naming.named(asked).qualifier().filter(q -> !q.equals(Version.LATEST)).orElse("");
  }

  private Setting setting(Asked asked, Function function) throws Fault {
    String qualifier = qualifier(asked);
    return function
        .setting(Kind.ASYNC, qualifier)
        .orElseThrow(() -> absent(asked, function, qualifier));
  }

  private static Fault absent(Asked asked, Function function, String qualifier) {
    return Fault.notFound(
        "The function %s:%s doesn't have an EventInvokeConfig"
            .formatted(
                Naming.arn(asked.question(), function.id()),
                qualifier.isEmpty() ? Version.LATEST : qualifier));
  }

  private static String label(Setting setting) {
    return setting.qualifier().isEmpty() ? Version.LATEST : setting.qualifier();
  }

  private static ObjectNode shown(Question question, Function function, Setting setting) {
    ObjectNode all = setting.value().deepCopy();
    all.put("LastModified", setting.modified().toEpochMilli() / 1000.0);
    all.put("FunctionArn", Naming.arn(question, function.id(), label(setting)));
    ObjectNode destinations = all.withObjectProperty("DestinationConfig");
    destinations.withObjectProperty("OnSuccess");
    destinations.withObjectProperty("OnFailure");
    return all;
  }
}
