package org.openlambda.gateway.api;

import org.openlambda.core.invocation.Outcome;

/// How an invocation ended, for people who ask later.
///
/// @param outcome a word for programs: `returned`, `timed-out`
/// @param text one sentence
record Cause(String outcome, String text) {
  static Cause of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned _ -> new Cause("returned", "The handler answered.");
      case Outcome.Threw threw ->
          new Cause("threw", "The handler raised %s: %s".formatted(threw.type(), threw.message()));
      case Outcome.Crashed crashed ->
          new Cause("crashed", "The handler's process " + crashed.how().text() + ".");
      case Outcome.TimedOut end ->
          new Cause(
              "timed-out",
              "It did not end within " + end.limit().toMillis() + " ms; it was killed.");
      case Outcome.OutOfMemory end ->
          new Cause(
              "out-of-memory",
              "It reached its memory limit of " + end.limit() + "; it was killed.");
      case Outcome.Rejected rejected -> new Cause("rejected", text(rejected.reason()));
      case Outcome.Lost lost -> new Cause("lost", lost.why());
    };
  }

  private static String text(Outcome.Reason reason) {
    return switch (reason) {
      case QUEUE_FULL -> "The queue was full; it was not started.";
      case ACCOUNT_FULL -> "As many calls ran as the account may have at once; it was not started.";
      case RESERVED_FULL -> "As many of its calls ran as its owner allows; it was not started.";
      case DRAINING -> "The worker was being stopped; it was not started.";
      case TOO_LARGE_FOR_WORKER -> "Its limits are larger than the worker; it was not started.";
      case CODE_CHANGED -> "Its code kept changing; it was not started.";
      case CODE_AWAY -> "The place of its code did not answer; it was not started.";
    };
  }
}
