package org.openlambda.core.route;

import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.FunctionId;

/// An address of its own that calls a function (AWS Lambda, "Function URLs"): a host whose name
/// begins with the id.
///
/// @param id 32 letters and digits; the first label of the host
/// @param qualifier an alias, or [Version#LATEST]
/// @param isSigned whether callers have to sign (`AWS_IAM`); everybody may call otherwise (`NONE`),
///   if the function's policy says so
/// @param isStreamed whether what a function gives goes out as it comes (`RESPONSE_STREAM`)
/// @param cors what pages of other sites may do; nothing is added to answers if empty
public record FunctionUrl(
    String id,
    FunctionId function,
    String qualifier,
    boolean isSigned,
    boolean isStreamed,
    Optional<Cors> cors) {
  /// Whether a request to such a host, with or without a port, is for a function URL.
  public static boolean isHost(String authority) {
    return authority.contains(".lambda-url.");
  }

  /// What pages of other origins may do (WHATWG Fetch, "CORS protocol"). `*` stands for all.
  ///
  /// @param maxAgeSeconds how long a browser may remember it; 0 for not at all
  public record Cors(
      List<String> origins,
      List<String> methods,
      List<String> headers,
      List<String> exposed,
      boolean credentials,
      int maxAgeSeconds) {
    public Cors {
      origins = List.copyOf(origins);
      methods = List.copyOf(methods);
      headers = List.copyOf(headers);
      exposed = List.copyOf(exposed);
    }
  }
}
