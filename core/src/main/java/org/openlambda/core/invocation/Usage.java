package org.openlambda.core.invocation;

import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// What an invocation used.
///
/// @param start whether a sandbox of the function was there
/// @param wall from the moment the sandbox had the request to the end of the answer
/// @param billed `wall`, rounded up to whole microseconds; times `memory` it is what a call costs
/// @param memory the function's memory limit
/// @param cpu CPU time of the whole sandbox during the invocation; zero where nothing meters it
/// @param peakMemory the most memory the sandbox held so far; zero where nothing meters it
/// @param phases where the time went
public record Usage(
    Start start,
    Duration wall,
    Duration billed,
    Bytes memory,
    Duration cpu,
    Bytes peakMemory,
    Phases phases) {
  /// What had to be done before the handler could run.
  public enum Start {
    /// An idle sandbox of this version was lent.
    WARM,
    /// A waiting, pre-forked sandbox was specialised.
    COLD,
    /// No sandbox was waiting: one was forked for this call.
    FORKED
  }

  /// The cost in GB-seconds (2^30 bytes, as AWS counts): billed time × memory limit.
  public double gigabyteSeconds() {
    return billed.toNanos() / 1e9 * (memory.count() / (double) (1L << 30));
  }
}
