package org.openlambda.core.function;

import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// What one sandbox of a function may use at the most.
///
/// @param memory resident memory of the whole sandbox, /tmp included; what is billed per time
/// @param timeout from the moment the sandbox has the request to the end of its answer
/// @param processes processes and threads together
/// @param cpus share of CPU time, in cores (0.5 is half a core); at least 0.01
/// @param tmp size of the sandbox's own /tmp
/// @param network what it can reach
public record Limits(
    Bytes memory, Duration timeout, int processes, double cpus, Bytes tmp, Network network) {
  /// What a function has that sets nothing.
  public static final Limits DEFAULT =
      new Limits(Bytes.mebi(128), Duration.ofSeconds(30), 64, 1.0, Bytes.mebi(64), Network.NONE);

  /// What a function has whose maker set nothing by the AWS Lambda API ("Lambda quotas").
  public static final Limits LAMBDA =
      new Limits(Bytes.mebi(128), Duration.ofSeconds(3), 1024, 1.0, Bytes.mebi(512), Network.NONE);

  /// The most a function may ask for, unless the operator configures another maximum.
  public static final Limits MAXIMUM =
      new Limits(
          Bytes.mebi(10_240),
          Duration.ofMinutes(15),
          1024,
          16.0,
          Bytes.mebi(10_240),
          Network.OUTBOUND);

  public Limits {
    if (memory.compareTo(Bytes.mebi(16)) < 0) {
      throw new IllegalArgumentException("memory must be at least 16 MiB, not " + memory);
    }
    if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("timeout must be at least 1 ms, not " + timeout);
    }
    if (processes < 1) {
      throw new IllegalArgumentException("procs must be at least 1, not " + processes);
    }
    if (!(cpus >= 0.01)) {
      throw new IllegalArgumentException("cpu must be at least 0.01 cores, not " + cpus);
    }
    if (tmp.compareTo(Bytes.kibi(64)) < 0) {
      throw new IllegalArgumentException("tmp must be at least 64 KiB, not " + tmp);
    }
  }
}
