package org.openlambda.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.harness.Scenario;

/// All scenarios.
public final class Scenarios {
  private Scenarios() {}

  /// In the order in which `ol bench all` runs them.
  public static List<Scenario> all() {
    var all = new ArrayList<Scenario>();
    all.add(new Cold());
    all.add(new ColdOnDemand());
    all.add(new Warm());
    all.add(new WarmMany());
    all.add(new Pause());
    all.add(new Stream());
    all.add(new Payload());
    all.add(new Burst());
    all.add(new Spin());
    all.add(new Herd());
    all.add(new Churn());
    all.add(new Density());
    all.add(new Growth());
    all.add(new Mix());
    all.add(new UpWarm());
    all.add(new UpCold());
    all.add(new UpMany());
    all.add(new UpStart());
    return all;
  }
}
