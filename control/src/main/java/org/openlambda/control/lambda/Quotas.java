package org.openlambda.control.lambda;

import java.util.List;
import org.openlambda.control.catalog.CodeQuota;

/// What an account and a function may have; by default what AWS Lambda allows.
///
/// @param runtimes names of the runtimes that this server can run, in the order they are listed
/// @param memoryMebi most memory of a function
/// @param timeoutSeconds longest time of a call
/// @param zippedBytes an archive that comes with a request
/// @param unzippedBytes what it unpacks to
/// @param code of an account
/// @param concurrency calls of an account at once
/// @param environmentBytes of a function's variables, as JSON
public record Quotas(
    List<String> runtimes,
    int memoryMebi,
    int timeoutSeconds,
    long zippedBytes,
    long unzippedBytes,
    CodeQuota code,
    int concurrency,
    int environmentBytes) {
  /// Calls at once that an account must have left for functions that reserve nothing.
  static final int LEAST_UNRESERVED = 100;

  public Quotas {
    runtimes = List.copyOf(runtimes);
  }

  /// The same with another number of calls at once, and other code.
  public Quotas with(int otherConcurrency, CodeQuota otherCode) {
    return new Quotas(
        runtimes,
        memoryMebi,
        timeoutSeconds,
        zippedBytes,
        unzippedBytes,
        otherCode,
        otherConcurrency,
        environmentBytes);
  }

  /// AWS Lambda's.
  public static Quotas ofAws(List<String> runtimes) {
    return new Quotas(
        runtimes, 10_240, 900, 52_428_800L, 262_144_000L, CodeQuota.DEFAULT, 1_000, 4_096);
  }
}
