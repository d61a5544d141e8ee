package org.openlambda.bench.harness;

import java.io.IOException;
import java.util.List;
import org.openlambda.bench.figures.Goal;

/// One thing that is measured. Without state: everything belongs to the [Run].
public interface Scenario {
  /// What it is called: `ol bench NAME`.
  String name();

  /// In one line, what is done and what it is compared with.
  String what();

  /// What is promised; each becomes a row, whatever happens.
  List<Goal> goals();

  /// How long it should take, in seconds, unless one says otherwise. Kept roughly: starting servers
  /// comes on top.
  int seconds();

  /// Measures, and tells the run what was found for each goal.
  ///
  /// @throws IOException if the machine fails; goals found until then stay
  void measure(Run run) throws IOException, InterruptedException;
}
