package org.openlambda.core.function;

/// Immutable code and configuration under a name: what an invocation runs. Two versions are the
/// same exactly if they are equal; an instance made for one never serves another.
public record Version(FunctionName name, Code code, FunctionConfig config) {
  /// Looked up with every call, mostly as the very same object: cheaper than comparing all parts.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Version that
            && name.equals(that.name)
            && code.equals(that.code)
            && config.equals(that.config));
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + code.digest().hashCode();
  }

  /// For people and log lines: `hello@1f2e3d4c5b6a`.
  public String label() {
    return name + "@" + code.digest().brief();
  }
}
