package org.openlambda.control.journal;

import java.util.List;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;

/// Makes an outcome small enough to keep thousands of: without the answer's body and headers, with
/// the end of a long traceback.
public final class Brief {
  static final int LONGEST_MESSAGE = 1024;
  static final int LONGEST_TRACE = 4096;

  private static final byte[] NO_BODY = new byte[0];

  private Brief() {}

  public static Outcome of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned(var body, var usage) -> new Outcome.Returned(of(body), usage);
      case Outcome.Threw(var type, var message, var trace, var usage) ->
          new Outcome.Threw(
              start(type, LONGEST_MESSAGE), start(message, LONGEST_MESSAGE), end(trace), usage);
      case Outcome.Crashed crashed -> crashed;
      case Outcome.TimedOut timedOut -> timedOut;
      case Outcome.OutOfMemory outOfMemory -> outOfMemory;
      case Outcome.Rejected rejected -> rejected;
      case Outcome.Lost(var why) -> new Outcome.Lost(start(why, LONGEST_MESSAGE));
    };
  }

  private static Payload of(Payload payload) {
    return switch (payload) {
      case Payload.Whole(var status, _, _) -> new Payload.Whole(status, List.of(), NO_BODY);
      case Payload.Streamed(var status, _, var bytes, var complete) ->
          new Payload.Streamed(status, List.of(), bytes, complete);
    };
  }

  private static String start(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }

  /// The last frames of a traceback say the most.
  private static String end(String trace) {
    return trace.length() <= LONGEST_TRACE
        ? trace
        : "…" + trace.substring(trace.length() - LONGEST_TRACE);
  }
}
