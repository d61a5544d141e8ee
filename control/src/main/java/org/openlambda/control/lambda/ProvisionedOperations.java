package org.openlambda.control.lambda;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.catalog.Alias;
import org.openlambda.control.catalog.Catalog.Totals;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.catalog.Obstacle;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.Version;
import org.openlambda.core.route.Provisioning;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Instances that are kept ready ahead of calls, on each node so many. Any thread.
final class ProvisionedOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String WANTED = "RequestedProvisionedConcurrentExecutions";
  private static final String WANTED_IN = "ProvisionedConcurrentExecutions";

  private final Kept kept;
  private final Naming naming;

  ProvisionedOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode put(Asked asked) throws Fault, Unavailable {
    String qualifier = qualifier(asked);
    int wanted = asked.input().get(WANTED_IN).intValue();
    record Put(Function function, Setting setting) {}
    Put put =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              KeptVersion version = version(asked, function, qualifier);
              requireSole(function, qualifier, version);
              requireRoom(t, function, qualifier, wanted);
              ObjectNode value = MAPPER.createObjectNode().put(WANTED, wanted);
              Setting after =
                  function
                      .setting(Kind.PROVISIONED, qualifier)
                      .map(before -> before.changed(value, kept.now()))
                      .orElseGet(
                          () -> Setting.made(Kind.PROVISIONED, qualifier, value, kept.now()));
              kept.catalog().put(t, function, after);
              return new Put(function, after);
            });
    kept.routes().refresh(put.function.id());
    ObjectNode answer = MAPPER.createObjectNode();
    answer.put(WANTED, wanted);
    answer.put("AvailableProvisionedConcurrentExecutions", 0);
    answer.put("AllocatedProvisionedConcurrentExecutions", 0);
    answer.put("Status", "IN_PROGRESS");
    return answer.put("LastModified", Description.time(put.setting.modified()));
  }

  private String qualifier(Asked asked) throws Fault {
    String qualifier = naming.named(asked).qualifier().orElse(Version.LATEST);
    if (qualifier.equals(Version.LATEST)) {
      throw unpublished();
    }
    return qualifier;
  }

  private static KeptVersion version(Asked asked, Function function, String qualifier)
      throws Fault {
    Optional<KeptVersion> version = function.version(qualifier);
    if (version.isEmpty()) {
      String arn = Naming.arn(asked.question(), function.id(), qualifier);
      throw Fault.notFound(
          (Function.isNumber(qualifier) ? "Function not found: " : "Cannot find alias arn: ")
              + arn);
    }
    return version.get();
  }

  /// A version may be provisioned by its number or by one alias, and by an alias without weights.
  private static void requireSole(Function function, String qualifier, KeptVersion version)
      throws Fault {
    Optional<Alias> alias = Optional.ofNullable(function.aliases().get(qualifier));
    boolean isWeighted = alias.flatMap(Alias::other).isPresent();
    refuse(Obstacle.of(function, qualifier, version.number(), isWeighted), alias.isPresent());
  }

  /// The same for an alias as it is to be, if instances are kept ready for it.
  static void requireSole(Function function, Alias after) throws Fault {
    refuse(Obstacle.of(function, after), true);
  }

  private static void refuse(Optional<Obstacle> obstacle, boolean isAlias) throws Fault {
    if (obstacle.isPresent()) {
      throw switch (obstacle.get()) {
        case WEIGHTS ->
            Fault.invalid("Alias with weights can not be used with Provisioned Concurrency");
        case UNPUBLISHED -> unpublished();
        case TAKEN ->
            Fault.conflict(
                isAlias
                    ? "Alias can't be used for Provisioned Concurrency configuration on an already"
                        + " Provisioned version"
                    : "Version is pointed by a Provisioned Concurrency alias");
      };
    }
  }

  private static Fault unpublished() {
    return Fault.invalid(
        "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  }

  private void requireRoom(Transaction t, Function function, String qualifier, int wanted)
      throws Fault {
    int others =
        function.settings().stream()
            .filter(setting ->
                setting.kind() == Kind.PROVISIONED && !setting.qualifier().equals(qualifier))
            .mapToInt(setting -> setting.value().get(WANTED).intValue())
            .sum();
    if (function.reserved().isPresent()) {
      if (wanted + others > function.reserved().getAsInt()) {
        throw Fault.invalid(
            "Requested Provisioned Concurrency should not be greater than the"
                + " reservedConcurrentExecution for function");
      }
      return;
    }
    Totals totals = kept.catalog().totals(t, function.id().account());
    int all = kept.catalog().provisioned(t, function, qualifier);
    long left = kept.quotas().concurrency() - totals.reserved() - wanted - all;
    if (left < Quotas.LEAST_UNRESERVED) {
      throw Fault.invalid(
          "Specified ConcurrentExecutions for function decreases account's"
              + " UnreservedConcurrentExecution below its minimum value of ["
              + Quotas.LEAST_UNRESERVED
              + "].");
    }
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    String qualifier = qualifier(asked);
    Function function = kept.database().read(t -> naming.function(t, asked));
    version(asked, function, qualifier);
    Setting setting =
        function
            .setting(Kind.PROVISIONED, qualifier)
            .orElseThrow(() ->
                new Fault(
                    404,
                    "ProvisionedConcurrencyConfigNotFoundException",
                    "No Provisioned Concurrency Config found for this function"));
    return shown(function, setting);
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    String qualifier = qualifier(asked);
    Function changed =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              Optional<Setting> setting = function.setting(Kind.PROVISIONED, qualifier);
              setting.ifPresent(there -> kept.catalog().delete(t, function, there));
              return function;
            });
    kept.routes().refresh(changed.id());
    return MAPPER.createObjectNode();
  }

  ObjectNode list(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    String after = asked.text("Marker").orElse("");
    List<Setting> rest =
        function.settings().stream()
            .filter(setting ->
                setting.kind() == Kind.PROVISIONED && setting.qualifier().compareTo(after) > 0)
            .sorted(Comparator.comparing(Setting::qualifier))
            .toList();
    return asked.page(
        "ProvisionedConcurrencyConfigs",
        rest,
        Setting::qualifier,
        setting ->
            shown(function, setting)
                .put(
                    "FunctionArn",
                    Naming.arn(asked.question(), function.id(), setting.qualifier())));
  }

  /// As far as this node has come.
  private ObjectNode shown(Function function, Setting setting) {
    int wanted = setting.value().get(WANTED).intValue();
    Provisioning.Progress progress =
        function
            .version(setting.qualifier())
            .map(version -> kept.routes().progress(function.id(), version.number()))
            .orElse(Provisioning.Progress.NONE);
    int ready = Math.min(wanted, progress.ready());
    boolean failed = ready < wanted && progress.failure().isPresent();
    ObjectNode answer = MAPPER.createObjectNode();
    answer.put(WANTED, wanted);
    answer.put("AvailableProvisionedConcurrentExecutions", ready);
    answer.put("AllocatedProvisionedConcurrentExecutions", ready);
    answer.put("Status", failed ? "FAILED" : ready < wanted ? "IN_PROGRESS" : "READY");
    if (failed) {
      answer.put("StatusReason", "FUNCTION_ERROR_INIT_FAILURE: " + progress.failure().get());
    }
    return answer.put("LastModified", Description.time(setting.modified()));
  }
}
