package org.openlambda.server;

import java.io.IOException;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.limit.CallerLimits;
import picocli.CommandLine.Option;

/// The options that say what each caller may ask for.
final class LimitOptions {
  @Option(
      names = "--account-calls",
      paramLabel = "N",
      description = "calls a second of an account (default 10000)")
  private int calls = CallerLimits.DEFAULT.callsPerSecond();

  @Option(
      names = "--account-concurrency",
      paramLabel = "N",
      description = "calls of an account at once (default 1000)")
  private int concurrency = CallerLimits.DEFAULT.concurrency();

  @Option(
      names = "--key-requests",
      paramLabel = "N",
      description = "other requests a second of a key, twice as many at once (default 50)")
  private int requests = CallerLimits.DEFAULT.changesPerSecond();

  @Option(
      names = "--account-code",
      paramLabel = "MIB",
      description = "code that an account keeps, in MiB: all versions (default 76800)")
  private int codeMebi = 76_800;

  /// @throws IOException if it is nothing
  Bytes code() throws IOException {
    if (codeMebi < 1) {
      throw new IOException("--account-code: an account keeps at least 1 MiB, not " + codeMebi);
    }
    return Bytes.mebi(codeMebi);
  }

  /// @throws IOException naming what cannot be meant
  CallerLimits limits() throws IOException {
    try {
      return new CallerLimits(calls, requests, 2 * requests, concurrency);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "--account-calls, --account-concurrency or --key-requests: " + e.getMessage(), e);
    }
  }
}
