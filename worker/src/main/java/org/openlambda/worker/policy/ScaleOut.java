package org.openlambda.worker.policy;

/// Whether a call that finds no idle instance of its function is given a new one, or is better off
/// waiting for one that runs: the shorter of two expected times, as *join the shortest queue*
/// (Winston 1977) chooses between servers, one of which has yet to be started. A pure function.
public final class ScaleOut {
  private ScaleOut() {}

  /// @param ahead calls of the function that wait before this one
  /// @param instances that run or are being made
  /// @param stuck whether those that run have been at it for longer than [Profile#coldNanos]
  public static boolean isWorthIt(int ahead, int instances, boolean stuck, Profile function) {
    if (instances == 0 || stuck) {
      return true;
    }
    if (!function.hasFinished()) {
      return false; // nobody knows yet; it is looked at in some milliseconds
    }
    return ExpectedWait.nanos(ahead, instances, function.serviceNanos()) > function.coldNanos();
  }
}
