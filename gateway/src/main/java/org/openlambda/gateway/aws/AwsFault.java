package org.openlambda.gateway.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.limit.LogReaders;
import tools.jackson.databind.json.JsonMapper;

/// An answer that refuses, in the form of the API.
///
/// @param more members beside the message
/// @param retryAfterSeconds 0 if trying again is of no use
public record AwsFault(
    int status, String code, String message, Map<String, String> more, long retryAfterSeconds) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// Errors whose message begins with a capital letter in the public model; all others here do not.
  private static final Set<String> SAY_MESSAGE =
      Set.of("ResourceNotFoundException", "ServiceException");

  static AwsFault of(int status, String code, String message) {
    return new AwsFault(status, code, message, Map.of(), 0);
  }

  static AwsFault notFound(String region, FunctionId function, String qualifier) {
    return of(
        404,
        "ResourceNotFoundException",
        "Function not found: arn:aws:lambda:%s:%s:function:%s:%s"
            .formatted(region, function.account(), function.name(), qualifier));
  }

  static AwsFault throttled(String reason, long retryAfterSeconds) {
    return new AwsFault(
        429,
        "TooManyRequestsException",
        "Rate Exceeded.",
        Map.of("Reason", reason),
        Math.max(1, retryAfterSeconds));
  }

  /// As CloudWatch Logs refuses who asks too often: clients try again.
  static AwsFault tooManyReaders() {
    return new AwsFault(
        400, "ThrottlingException", "Rate exceeded", Map.of(), LogReaders.RETRY.toSeconds());
  }

  /// @param limit bytes that the body may have
  static AwsFault tooLarge(long limit, boolean isCall) {
    return isCall
        ? of(
            413,
            "RequestTooLargeException",
            "Request must be smaller than " + limit + " bytes for the InvokeFunction operation")
        : of(
            413,
            "RequestEntityTooLargeException",
            "Request must be smaller than " + limit + " bytes");
  }

  void answer(Exchange exchange) {
    var body = new LinkedHashMap<String, Object>();
    if (AwsDoor.isLogs(exchange.path())) {
      body.put("__type", code);
    } else if (status != 413 && !code.equals("ValidationException")) {
      body.put("Type", status < 500 ? "User" : "Service");
    }
    body.put(SAY_MESSAGE.contains(code) ? "Message" : "message", message);
    body.putAll(more);
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", "application/json"));
    headers.add(new Header("x-amzn-errortype", code));
    headers.add(new Header("x-amzn-requestid", exchange.id().text()));
    if (retryAfterSeconds > 0) {
      headers.add(new Header("retry-after", Long.toString(retryAfterSeconds)));
    }
    exchange.answer(status, List.copyOf(headers), MAPPER.writeValueAsBytes(body));
  }

  /// What refuses, on its way to the place where it is answered.
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient AwsFault fault;

    Refused(AwsFault fault) {
      super(fault.message, null, false, false);
      this.fault = fault;
    }

    public AwsFault fault() {
      return fault;
    }
  }
}
