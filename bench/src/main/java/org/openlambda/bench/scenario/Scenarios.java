package org.openlambda.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.harness.Scenario;

/// All scenarios.
public final class Scenarios {
  /// The group of those of `ol dev`: fifteen minutes.
  public static final String ALL = "all";

  /// The group of those of `ol up`.
  public static final String UP = "up";

  private Scenarios() {}

  /// What a name on the command line stands for: a scenario, or a group.
  ///
  /// @return empty if nothing is called so
  public static List<Scenario> named(String name) {
    return switch (name) {
      case ALL -> ofNode();
      case UP -> ofAccounts();
      default -> every().stream().filter(scenario -> scenario.name().equals(name)).toList();
    };
  }

  /// Every scenario, in the order in which groups run them.
  public static List<Scenario> every() {
    var every = new ArrayList<>(ofNode());
    every.addAll(ofAccounts());
    return every;
  }

  /// Those of a server for folders (`ol dev`).
  private static List<Scenario> ofNode() {
    return List.of(
        new Cold(),
        new ColdOnDemand(),
        new Warm(),
        new WarmMany(),
        new Pause(),
        new Stream(),
        new Payload(),
        new Burst(),
        new Spin(),
        new Herd(),
        new Churn(),
        new Density(),
        new Growth(),
        new Mix());
  }

  /// Those of a server for accounts (`ol up`).
  private static List<Scenario> ofAccounts() {
    return List.of(new UpWarm(), new UpCold(), new UpMany(), new UpStart());
  }
}
