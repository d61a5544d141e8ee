package org.openlambda.bench.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.OpenLoop;
import org.openlambda.bench.load.Plan;
import org.openlambda.bench.machine.Spender;

/// One of those that are compared: the platform or a baseline, under a load.
///
/// @param name who serves what to whom: `warm, 32 clients`
/// @param ours whether it is the platform
/// @param spender whose processor time is counted, beside the client's
/// @param rounds runs one
public record Side(String name, boolean ours, Spender spender, OneRound rounds) {
  /// Runs a round.
  @FunctionalInterface
  public interface OneRound {
    Load run(Duration length) throws IOException, InterruptedException;
  }

  /// The platform, in closed loop.
  public static Side ours(String name, Spender spender, ClosedLoop loop) {
    return new Side(name, true, spender, loop::round);
  }

  /// A baseline, in closed loop.
  public static Side baseline(String name, Spender spender, ClosedLoop loop) {
    return new Side(name, false, spender, loop::round);
  }

  /// The same side in open loop: each round is given a plan of its own.
  public static Side open(
      String name, boolean ours, Spender spender, OpenLoop loop, Supplier<Plan> plan) {
    return new Side(name, ours, spender, length -> loop.round(length, plan.get()));
  }
}
