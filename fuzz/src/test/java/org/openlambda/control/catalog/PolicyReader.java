package org.openlambda.control.catalog;

import org.openlambda.core.route.ResourcePolicy;
import tools.jackson.databind.node.ObjectNode;

/// Opens [Policies] to a target that plays the room that writes them.
public final class PolicyReader {
  private PolicyReader() {}

  public static ResourcePolicy read(ObjectNode policy) {
    return Policies.of(policy);
  }
}
