package org.openlambda.core.function;

/// Immutable code and configuration of a function: what an invocation runs. Two versions are the
/// same exactly if they are equal; an instance made for one never serves another.
///
/// @param function whose version it is
/// @param number `1`, `2`, … of what was published, [#LATEST] of what may still change
/// @param life of the function: one that is deleted and made again under its name lives another,
///   and sees nothing of the first. Empty where a name is a folder, which has only one
public record Version(
    FunctionId function, String number, Code code, FunctionConfig config, String life) {
  /// The number of what was not published.
  public static final String LATEST = "$LATEST";

  /// What the first account's function of this name is now.
  public static Version latest(FunctionName name, Code code, FunctionConfig config) {
    return new Version(new FunctionId(Account.FIRST, name), LATEST, code, config, "");
  }

  /// Whether it never changes.
  public boolean isPublished() {
    return !number.equals(LATEST);
  }

  /// The function's name within its account.
  public FunctionName name() {
    return function.name();
  }

  /// Looked up with every call, mostly as the very same object: cheaper than comparing all parts.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Version that
            && function.equals(that.function)
            && number.equals(that.number)
            && life.equals(that.life)
            && code.equals(that.code)
            && config.equals(that.config));
  }

  @Override
  public int hashCode() {
    return 31 * function.hashCode() + code.digest().hashCode();
  }

  /// For people and log lines: `hello@1f2e3d4c5b6a`.
  public String label() {
    return name() + "@" + code.digest().brief();
  }
}
