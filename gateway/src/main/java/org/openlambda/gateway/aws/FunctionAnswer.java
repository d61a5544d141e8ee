package org.openlambda.gateway.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.gateway.aws.AwsFault.Refused;
import tools.jackson.databind.json.JsonMapper;

/// What the caller of a function is told: an error of the function is an answer like any other.
///
/// @param error `Unhandled` if the function failed
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record FunctionAnswer(byte[] payload, Optional<String> error) {
  /// Bytes of an answer, as the service allows.
  public static final int MOST = 6 * 1024 * 1024 + 100;

  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// @param outcome with the whole answer (see [WholeReply]); what else there is was not begun
  /// @throws Refused if the call was not made, or is lost
  public static FunctionAnswer to(RequestId id, Outcome outcome) throws Refused {
    return switch (outcome) {
      case Outcome.Returned(Payload.Whole whole, _) -> returned(whole);
      case Outcome.Returned(Payload.Streamed _, _) ->
          failed(id, "Runtime.InvalidResponse", "the answer could not be given", List.of());
      case Outcome.Threw threw -> threw(id, threw);
      case Outcome.TimedOut(var limit, _) ->
          failed(
              "Sandbox.Timedout",
              "RequestId: %s Error: Task timed out after %s seconds"
                  .formatted(id, Report.seconds(limit)));
      case Outcome.OutOfMemory _ ->
          failed(
              "Runtime.OutOfMemory",
              "RequestId: " + id + " Error: Runtime exited with error: signal: killed");
      case Outcome.Crashed(var how, _) ->
          failed("Runtime.ExitError", "RequestId: " + id + " Error: " + exit(how));
      case Outcome.Rejected rejected -> throw new Refused(rejected(rejected));
      case Outcome.Lost lost -> throw new Refused(AwsFault.of(502, "ServiceException", lost.why()));
    };
  }

  private static FunctionAnswer returned(Payload.Whole whole) {
    if (whole.body().length > MOST) {
      return failed(
          "Function.ResponseSizeTooLarge",
          "Response payload size exceeded maximum allowed payload size (%d bytes)."
              .formatted(MOST));
    }
    return new FunctionAnswer(whole.body(), Optional.empty());
  }

  private static FunctionAnswer threw(RequestId id, Outcome.Threw threw) throws Refused {
    if (threw.type().equals("InvalidEvent")) {
      throw new Refused(
          AwsFault.of(
              400,
              "InvalidRequestContentException",
              "Could not parse request body into json: " + threw.message()));
    }
    return failed(id, threw.type(), threw.message(), stack(threw.trace()));
  }

  /// A traceback of Python, one entry for each frame with its line of source.
  private static List<String> stack(String trace) {
    var frames = new ArrayList<String>();
    for (String line : trace.lines().toList()) {
      if (line.startsWith("  File \"")) {
        frames.add(line + "\n");
      } else if (line.startsWith("    ") && !frames.isEmpty()) {
        frames.add(frames.removeLast() + line + "\n");
      }
    }
    return frames;
  }

  private static String exit(Exit how) {
    return switch (how) {
      case Exit.Status(var status) when status != 0 ->
          "Runtime exited with error: exit status " + status;
      case Exit.Status _ -> "Runtime exited without providing a reason";
      case Exit.Signal _, Exit.Breach _ -> "Runtime " + how.text();
    };
  }

  private static AwsFault rejected(Outcome.Rejected rejected) {
    long seconds = rejected.retryAfter().toSeconds();
    return switch (rejected.reason()) {
      case QUEUE_FULL, ACCOUNT_FULL ->
          AwsFault.throttled("ConcurrentInvocationLimitExceeded", seconds);
      case RESERVED_FULL ->
          AwsFault.throttled("ReservedFunctionConcurrentInvocationLimitExceeded", seconds);
      case DRAINING -> later("The server is being stopped; the call was not made.", seconds);
      case CODE_CHANGED ->
          later("The function's code is being changed; it was not called.", seconds);
      case CODE_AWAY ->
          later("The place of the function's code does not answer; it was not called.", seconds);
      case TOO_LARGE_FOR_WORKER ->
          AwsFault.of(
              400,
              "InvalidParameterValueException",
              "The function's memory is more than this server has for all functions together.");
    };
  }

  private static AwsFault later(String why, long seconds) {
    return new AwsFault(503, "ServiceException", why, Map.of(), Math.max(1, seconds));
  }

  private static FunctionAnswer failed(
      RequestId id, String type, String message, List<String> stack) {
    var error = new LinkedHashMap<String, Object>();
    error.put("errorMessage", message);
    error.put("errorType", type);
    error.put("requestId", id.text());
    error.put("stackTrace", stack);
    return new FunctionAnswer(MAPPER.writeValueAsBytes(error), Optional.of("Unhandled"));
  }

  private static FunctionAnswer failed(String type, String message) {
    var error = new LinkedHashMap<String, Object>();
    error.put("errorType", type);
    error.put("errorMessage", message);
    return new FunctionAnswer(MAPPER.writeValueAsBytes(error), Optional.of("Unhandled"));
  }
}
