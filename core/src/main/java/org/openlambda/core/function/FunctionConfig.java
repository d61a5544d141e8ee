package org.openlambda.core.function;

import java.util.List;
import java.util.Map;

/// Everything about a version that is not code.
///
/// @param entry how the runtime finds what to call
/// @param environment variables of the handler, at most 4 KiB of names and values together
/// @param methods HTTP methods that invoke it; `*` means all, an empty list none
/// @param limits what one sandbox may use
/// @param reuseSandbox whether one sandbox may serve one invocation after another
public record FunctionConfig(
    Entry entry,
    Map<String, String> environment,
    List<String> methods,
    Limits limits,
    boolean reuseSandbox) {
  /// What a function has without an `ol.yaml`.
  public static final FunctionConfig DEFAULT =
      new FunctionConfig(new Entry.OpenLambda(), Map.of(), List.of("*"), Limits.DEFAULT, true);

  public FunctionConfig {
    environment = Map.copyOf(environment);
    methods = List.copyOf(methods);
  }

  /// Whether an HTTP request with this method invokes the function.
  public boolean allows(String method) {
    return methods.contains("*") || methods.contains(method);
  }
}
