package org.openlambda.gateway.router;

import java.util.List;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.gateway.door.Problem;

/// The problems a call can meet behind the door, in words. Nothing here names the host.
public final class Refusals {
  private Refusals() {}

  /// The path holds no function name.
  public static Problem badName(String text) {
    String shown = text.length() > 128 ? text.substring(0, 128) + "…" : text;
    return Problem.of(
        400,
        "route",
        "bad-name",
        "This is no function name",
        "'" + shown + "' cannot be the name of a function.",
        "Use 1 to 128 letters, digits, '.', '_' or '-'.");
  }

  /// Nothing has this name.
  public static Problem unknown(FunctionName name) {
    return Problem.of(
        404,
        "route",
        "unknown-function",
        "There is no such function",
        "No function is called '" + name + "'.",
        "Check the spelling against 'ol ls', or install it.");
  }

  /// The function is there, and wrong.
  public static Problem broken(FunctionName name, List<String> problems) {
    return Problem.of(
        500,
        "route",
        "broken-function",
        "The function cannot be served",
        "'" + name + "' is installed but wrong: " + String.join("; ", problems) + ".",
        "Correct it, and save or install it again.");
  }

  static Problem badEvent(Outcome.Threw threw) {
    return Problem.of(
        400,
        "handler",
        "bad-event",
        "The body is no event",
        threw.message(),
        "Send a JSON document, or nothing.");
  }

  static Problem badHeader(Header header) {
    return Problem.of(
        502,
        "answer",
        "bad-header",
        "The handler's answer cannot be sent",
        "HTTP cannot carry its header field '" + printable(header.name()) + "'.",
        "Names are made of letters, digits and '-'; values have no line breaks and no characters"
            + " beyond ISO-8859-1.");
  }

  static Problem badStatus(int status) {
    return Problem.of(
        502,
        "answer",
        "bad-status",
        "The handler's answer cannot be sent",
        "HTTP has no final status " + status + ".",
        "Answer with a status from 200 to 599.");
  }

  static Problem crashed(Exit how) {
    return Problem.of(
        502,
        "handler",
        "crashed",
        "The sandbox ended before the answer did",
        "The handler's process " + how.text() + ".",
        "See the function's log for this request id; the next call gets a new sandbox.");
  }

  static Problem outOfMemory(Outcome.OutOfMemory end) {
    return Problem.of(
        502,
        "handler",
        "out-of-memory",
        "The sandbox ran out of memory",
        "It reached its limit of " + end.limit() + " and was killed.",
        "Use less, or raise memory in ol.yaml.");
  }

  static Problem timedOut(Outcome.TimedOut end) {
    return Problem.of(
        504,
        "handler",
        "timed-out",
        "The handler took too long",
        "It did not end within " + end.limit().toMillis() + " ms and was killed.",
        "Do less per call, or raise timeout in ol.yaml.");
  }

  static Problem rejected(Outcome.Rejected rejected) {
    Problem problem =
        switch (rejected.reason()) {
          case QUEUE_FULL ->
              full(
                  "queue-full",
                  "Too many calls are waiting",
                  "The queue is full; the call was not started.");
          case ACCOUNT_FULL ->
              full(
                  "account-full",
                  "The account's concurrency is used up",
                  "As many of its calls run as it may have at once; the call was not started.");
          case RESERVED_FULL ->
              full(
                  "reserved-full",
                  "The function's reserved concurrency is used up",
                  "As many of its calls run as its owner allows; the call was not started.");
          case DRAINING ->
              unready(
                  "queue", "draining", "The worker is being stopped", "The call was not started.");
          case CODE_CHANGED ->
              unready(
                  "start",
                  "code-changed",
                  "The function's code is being changed",
                  "It changed whenever it was about to be started; the call was not started.");
          case CODE_AWAY ->
              unready(
                  "start",
                  "code-away",
                  "The function's code cannot be fetched now",
                  "The bucket that keeps it does not answer; the call was not started.");
          case TOO_LARGE_FOR_WORKER -> tooLarge();
        };
    return rejected.retryAfter().isZero() ? problem : problem.retryAfter(rejected.retryAfter());
  }

  private static Problem full(String cause, String title, String detail) {
    return later(429, "queue", cause, title, detail);
  }

  private static Problem unready(String phase, String cause, String title, String detail) {
    return later(503, phase, cause, title, detail);
  }

  private static Problem later(
      int status, String phase, String cause, String title, String detail) {
    return Problem.of(
        status, phase, cause, title, detail, "Try again after the time in Retry-After.");
  }

  private static Problem tooLarge() {
    return Problem.of(
        507,
        "queue",
        "too-large-for-worker",
        "The function is larger than the worker",
        "Its limits ask for more than this worker may give to all sandboxes together.",
        "Lower memory in ol.yaml, or give the worker more.");
  }

  static Problem lost(Outcome.Lost lost) {
    return Problem.of(
        502,
        "start",
        "lost",
        "The platform lost the call",
        lost.why(),
        "The handler may or may not have run: try again if it may run twice.");
  }

  static Problem silent() {
    return Problem.of(
        502,
        "answer",
        "answer-lost",
        "The answer was lost",
        "The handler began an answer that did not arrive.",
        "Try again if the handler may run twice.");
  }

  private static String printable(String name) {
    var text = new StringBuilder();
    name.codePoints()
        .limit(64)
        .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return text.toString();
  }
}
