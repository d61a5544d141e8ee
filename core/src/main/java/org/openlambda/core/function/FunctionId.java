package org.openlambda.core.function;

/// One function among those of all accounts.
public record FunctionId(Account account, FunctionName name) {
  @Override
  public String toString() {
    return account + ":" + name;
  }
}
