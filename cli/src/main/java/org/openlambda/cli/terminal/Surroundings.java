package org.openlambda.cli.terminal;

import java.io.InputStream;
import java.time.Clock;

/// The world a command runs in.
///
/// @param in the standard input
/// @param out takes results
/// @param err takes everything else that people should read
/// @param clock also says which time zone times are shown in
public record Surroundings(InputStream in, Output out, Output err, Clock clock) {
  /// Those of this process.
  public static Surroundings ofProcess() {
    return new Surroundings(System.in, Output.standard(), Output.error(), new MachineClock());
  }
}
