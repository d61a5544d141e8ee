package org.openlambda.gateway.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The parameters of a query; of a repeated one the last counts.
public final class Query {
  private final Map<String, String> parameters = new HashMap<>();

  private Query() {}

  /// @throws IllegalArgumentException if the percent-encoding is wrong
  public static Query of(String text) {
    var query = new Query();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.parameters.put(decoded(name), decoded(value));
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /// All parameters by their names.
  public Map<String, String> all() {
    return Map.copyOf(parameters);
  }

  /// The last value of a parameter.
  public Optional<String> get(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
