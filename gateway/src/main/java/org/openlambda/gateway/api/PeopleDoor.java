package org.openlambda.gateway.api;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.identity.Administration;
import org.openlambda.core.identity.Administration.Reply;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;

/// The API of our own for people, as HTTP: [Administration] knows what is answered. Safe for any
/// thread.
public final class PeopleDoor {
  /// Bytes of a body that says who people are.
  public static final long MOST_BODY = 64 * 1024;

  private static final Duration BODY_PATIENCE = Duration.ofSeconds(10);

  /// What is answered may be a secret: nobody keeps a copy of it on the way.
  private static final Header NOT_KEPT = new Header("cache-control", "no-store");

  private final Administration administration;

  public PeopleDoor(Administration administration) {
    this.administration = administration;
  }

  /// Answers a request for one of its routes.
  ///
  /// @param asker whose role is enough; empty on an open route
  public void serve(Exchange exchange, OwnRoutes.Found found, Optional<Principal> asker) {
    Map<String, String> labels = new HashMap<>();
    Map<String, String> query;
    byte[] body;
    try {
      found.labels().forEach((name, text) -> labels.put(name, decoded(text)));
      query = Query.of(exchange.query()).all();
      body = exchange.wholeBody(BODY_PATIENCE);
    } catch (IllegalArgumentException e) {
      exchange.answer(unreadable("The path or the query is not percent-encoded."));
      return;
    } catch (IOException e) {
      exchange.answer(
          exchange.bodyFault().orElseGet(() -> unreadable("The request's body broke off.")));
      return;
    }
    var request =
        new Administration.Request(
            exchange.id(), asker, exchange.peer(), found.route(), labels, query, body);
    switch (administration.answer(request)) {
      case Reply.Granted(int status, byte[] json) ->
          exchange.answer(
              status,
              json.length == 0 ? List.of(NOT_KEPT) : List.of(Json.CONTENT_TYPE, NOT_KEPT),
              json);
      case Reply.Denied denied -> exchange.answer(problem(denied));
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Problem unreadable(String detail) {
    return Problem.of(
        400,
        "route",
        "bad-request",
        "The request cannot be read",
        detail,
        "Correct it and send it again; nothing has changed.");
  }

  private static Problem problem(Reply.Denied denied) {
    Problem problem =
        Problem.of(
            denied.status(),
            "route",
            denied.cause(),
            denied.title(),
            denied.detail(),
            denied.remedy());
    return denied.retryAfter().isZero() ? problem : problem.retryAfter(denied.retryAfter());
  }
}
