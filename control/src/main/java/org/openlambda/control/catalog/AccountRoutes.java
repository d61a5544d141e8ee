package org.openlambda.control.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.ResourcePolicy;

/// What may be called of one account. Immutable: a change makes another one, which costs as much as
/// the account has functions, however many others have.
///
/// @param reserved calls that functions have for themselves, together
/// @param provisioned instances to be kept ready
record AccountRoutes(
    Map<FunctionName, Targets> functions,
    int reserved,
    List<FunctionUrl> urls,
    Map<Version, Integer> provisioned) {
  static final AccountRoutes NONE = of(Map.of());

  /// What the qualifiers of one function name.
  record Targets(
      Map<String, Version> versions,
      Map<String, Alias> aliases,
      OptionalInt reserved,
      List<FunctionUrl> urls,
      Map<String, ResourcePolicy> policies,
      Map<Version, Integer> provisioned) {
    Targets {
      versions = Map.copyOf(versions);
      aliases = Map.copyOf(aliases);
      urls = List.copyOf(urls);
      policies = Map.copyOf(policies);
      provisioned = Map.copyOf(provisioned);
    }

    /// What is called by those who name no version.
    List<Version> likely() {
      var likely = new ArrayList<Version>();
      add(0, likely);
      for (Alias alias : aliases.values()) {
        add(alias.version(), likely);
        alias.other().ifPresent(share -> add(share.version(), likely));
      }
      return likely;
    }

    private void add(int number, List<Version> all) {
      Optional.ofNullable(versions.get(label(number))).ifPresent(all::add);
    }
  }

  static String label(int number) {
    return number == 0 ? Version.LATEST : Integer.toString(number);
  }

  private static AccountRoutes of(Map<FunctionName, Targets> functions) {
    int reserved = 0;
    var urls = new ArrayList<FunctionUrl>();
    var provisioned = new HashMap<Version, Integer>();
    for (Targets targets : functions.values()) {
      reserved += targets.reserved.orElse(0);
      urls.addAll(targets.urls);
      provisioned.putAll(targets.provisioned);
    }
    return new AccountRoutes(functions, reserved, List.copyOf(urls), Map.copyOf(provisioned));
  }

  /// This with other targets of some functions.
  ///
  /// @param changed empty for a function that is gone
  AccountRoutes with(Map<FunctionName, Optional<Targets>> changed) {
    var next = new HashMap<>(functions);
    changed.forEach((name, targets) -> {
      if (targets.isPresent()) {
        next.put(name, targets.get());
      } else {
        next.remove(name);
      }
    });
    return of(next);
  }
}
