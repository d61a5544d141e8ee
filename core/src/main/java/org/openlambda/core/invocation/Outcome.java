package org.openlambda.core.invocation;

import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// How an invocation ended. [Ran] outcomes used resources and are billed; the others are not.
public sealed interface Outcome {
  /// The handler ran, however it ended.
  sealed interface Ran extends Outcome {
    Usage usage();
  }

  /// The handler answered.
  record Returned(Payload body, Usage usage) implements Ran {}

  /// The handler raised an exception, could not be loaded, or returned what cannot be sent.
  ///
  /// @param type the exception's name in its language, `ValueError`
  /// @param message its text
  /// @param trace the traceback of the user's own frames, as the language prints it, ends with a
  ///   line break; never empty
  record Threw(String type, String message, String trace, Usage usage) implements Ran {}

  /// The sandbox ended before the answer did: it exited, was killed by a signal of its own making,
  /// or broke the wire protocol.
  record Crashed(Exit how, Usage usage) implements Ran {}

  /// The limit passed; the sandbox was killed.
  record TimedOut(Duration limit, Usage usage) implements Ran {}

  /// The sandbox reached its memory limit; the kernel killed it.
  record OutOfMemory(Bytes limit, Usage usage) implements Ran {}

  /// Not started. Trying again after `retryAfter` may succeed; zero means it never will.
  record Rejected(Reason reason, Duration retryAfter) implements Outcome {}

  /// The platform's fault: the handler may or may not have run.
  ///
  /// @param why one sentence for people, naming the cause and what happens next
  record Lost(String why) implements Outcome {}

  /// Why nothing was started.
  enum Reason {
    /// More calls wait than the queue holds.
    QUEUE_FULL,
    /// As many calls of the function run as its owner allows.
    RESERVED_FULL,
    /// As many calls run as the account may have at once.
    ACCOUNT_FULL,
    /// The worker is being stopped.
    DRAINING,
    /// The function's limits are larger than this worker.
    TOO_LARGE_FOR_WORKER,
    /// The code was changed between the moment the version was chosen and the moment its code was
    /// fetched: choose again.
    CODE_CHANGED,
    /// The code is kept elsewhere, and that place does not answer.
    CODE_AWAY
  }
}
