package org.openlambda.control.catalog;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.route.ResourcePolicy.Wish;
import tools.jackson.databind.node.ObjectNode;

/// A version of a layer.
///
/// @param about members of the API's form that somebody may set: `Description`, `LicenseInfo`,
///   `CompatibleRuntimes`, `CompatibleArchitectures`; must not be changed
/// @param policy who else may use it, if anybody
public record LayerVersion(
    LayerId id, KeptCode code, ObjectNode about, Instant created, Optional<Policy> policy) {
  /// What the owner of another account needs to be allowed.
  public static final String ACTION = "lambda:GetLayerVersion";

  /// @param value as [Policies] reads it; must not be changed
  /// @param revision another one after each change
  public record Policy(ObjectNode value, UUID revision) {}

  /// Whether somebody may have functions that use it: its own account may, others if its policy
  /// says so. Nobody is known to be of an organisation.
  public boolean isOpenTo(Principal somebody) {
    var wish = new Wish(ACTION, Optional.of(somebody), Map.of());
    return id.account().equals(somebody.account())
        || policy.filter(there -> Policies.of(there.value()).permits(wish)).isPresent();
  }
}
