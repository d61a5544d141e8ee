package org.openlambda.gateway.url;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.route.FunctionUrl.Cors;
import org.openlambda.gateway.door.Exchange;

/// Tells browsers what pages of other origins may do (WHATWG Fetch, "CORS protocol"), for requests
/// that come from one. What a function says of it itself is replaced. Stateless.
final class CrossOrigin {
  private static final String ALL = "*";

  private CrossOrigin() {}

  /// Whether a browser only asks whether it may send a request.
  static boolean isPreflight(Exchange exchange) {
    return exchange.method().equals("OPTIONS")
        && exchange.header("origin").isPresent()
        && exchange.header("access-control-request-method").isPresent();
  }

  /// Fields of the answer to a preflight.
  static List<Header> preflight(Cors cors, Exchange exchange) {
    var fields = new ArrayList<>(common(cors, exchange));
    if (!fields.isEmpty()) {
      String method = exchange.header("access-control-request-method").orElse("");
      if (cors.methods().contains(ALL) || cors.methods().contains(method)) {
        fields.add(new Header("access-control-allow-methods", method));
      }
      headers(cors, exchange.header("access-control-request-headers").orElse(""))
          .ifPresent(names -> fields.add(new Header("access-control-allow-headers", names)));
      if (cors.maxAgeSeconds() > 0) {
        fields.add(new Header("access-control-max-age", Integer.toString(cors.maxAgeSeconds())));
      }
    }
    return fields;
  }

  /// Those of the names asked for that are allowed.
  private static Optional<String> headers(Cors cors, String asked) {
    var allowed = new ArrayList<String>();
    for (String name : asked.split(",")) {
      String plain = name.strip().toLowerCase(Locale.ROOT);
      boolean known =
          cors.headers().contains(ALL)
              || cors.headers().stream().anyMatch(header -> header.equalsIgnoreCase(plain));
      if (!plain.isEmpty() && known) {
        allowed.add(plain);
      }
    }
    return allowed.isEmpty() ? Optional.empty() : Optional.of(String.join(",", allowed));
  }

  /// The fields of an answer to such a request.
  static List<Header> apply(Optional<Cors> cors, Exchange exchange, List<Header> fields) {
    if (cors.isEmpty()) {
      return fields;
    }
    var all = new ArrayList<Header>();
    for (Header field : fields) {
      if (!field.name().toLowerCase(Locale.ROOT).startsWith("access-control-")) {
        all.add(field);
      }
    }
    List<Header> common = common(cors.get(), exchange);
    all.addAll(common);
    if (!common.isEmpty() && !cors.get().exposed().isEmpty()) {
      all.add(new Header("access-control-expose-headers", String.join(",", cors.get().exposed())));
    }
    return all;
  }

  /// Nothing if the request is not of another origin, or of one that is not allowed.
  private static List<Header> common(Cors cors, Exchange exchange) {
    Optional<String> origin = exchange.header("origin");
    boolean any = cors.origins().contains(ALL);
    if (origin.isEmpty() || !(any || cors.origins().contains(origin.get()))) {
      return List.of();
    }
    var fields = new ArrayList<Header>();
    boolean plain = any && !cors.credentials();
    fields.add(new Header("access-control-allow-origin", plain ? ALL : origin.get()));
    if (!plain) {
      fields.add(new Header("vary", "Origin"));
    }
    if (cors.credentials()) {
      fields.add(new Header("access-control-allow-credentials", "true"));
    }
    return fields;
  }
}
