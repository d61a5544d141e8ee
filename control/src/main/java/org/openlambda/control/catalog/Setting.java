package org.openlambda.control.catalog;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Something that a function, or one of its versions and aliases, has beside its configuration.
///
/// @param qualifier whose it is; empty for the function's own
/// @param value in the form of the API; must not be changed
/// @param revision another one after each change
public record Setting(
    Kind kind,
    String qualifier,
    ObjectNode value,
    UUID revision,
    Instant created,
    Instant modified) {
  /// What it is about; at most one of each for a qualifier.
  public enum Kind {
    /// `{"UrlId", "AuthType", "Cors", "InvokeMode"}`.
    URL,
    /// `{"Statement": […]}`.
    POLICY,
    /// How asynchronous calls are made: `{"MaximumRetryAttempts", …}`.
    ASYNC,
    /// `{"RequestedProvisionedConcurrentExecutions"}`.
    PROVISIONED,
    /// `{"RecursiveLoop"}`.
    RECURSION,
    /// `{"UpdateRuntimeOn"}`.
    RUNTIME_UPDATE,
    /// `{"CodeSigningConfigArn"}`.
    CODE_SIGNING;

    /// As the database calls it.
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /// A new one.
  public static Setting made(Kind kind, String qualifier, ObjectNode value, Instant now) {
    return new Setting(kind, qualifier, value, UUID.randomUUID(), now, now);
  }

  /// The same with another value.
  public Setting changed(ObjectNode other, Instant now) {
    return new Setting(kind, qualifier, other, UUID.randomUUID(), created, now);
  }
}
