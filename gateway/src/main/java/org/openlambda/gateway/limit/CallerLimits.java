package org.openlambda.gateway.limit;

/// What those who are known may ask of one node.
///
/// @param callsPerSecond of an account; as many may come at once
/// @param changesPerSecond requests of one key or token that call nothing
/// @param changesAtOnce of them
/// @param concurrency calls of an account that run at once, those of functions with a concurrency
///   of their own included
public record CallerLimits(
    int callsPerSecond, int changesPerSecond, int changesAtOnce, int concurrency) {
  /// 10,000 calls a second, 50 other requests, 100 of them at once, and AWS Lambda's 1,000 calls
  /// that run.
  public static final CallerLimits DEFAULT = new CallerLimits(10_000, 50, 100, 1_000);

  private static final int MOST = 1_000_000;

  public CallerLimits {
    for (int limit : new int[] {callsPerSecond, changesPerSecond, changesAtOnce, concurrency}) {
      if (limit < 1 || limit > MOST) {
        throw new IllegalArgumentException("limits of callers are 1 to " + MOST + ", not " + limit);
      }
    }
  }
}
