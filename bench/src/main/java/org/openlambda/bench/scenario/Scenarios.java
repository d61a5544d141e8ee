package org.openlambda.bench.scenario;

import java.util.List;
import org.openlambda.bench.harness.Scenario;

/// All scenarios.
public final class Scenarios {
  private Scenarios() {}

  /// In the order in which `ol bench all` runs them.
  public static List<Scenario> all() {
    return List.of(new Cold(), new Warm());
  }
}
