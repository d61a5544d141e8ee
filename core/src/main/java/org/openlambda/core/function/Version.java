package org.openlambda.core.function;

/// Immutable code and configuration under a name: what an invocation runs. Two versions are the
/// same exactly if they are equal; an instance made for one never serves another.
public record Version(FunctionName name, Code code, FunctionConfig config) {
  /// For people and log lines: `hello@1f2e3d4c5b6a`.
  public String label() {
    return name + "@" + code.digest().brief();
  }
}
