package org.openlambda.gateway.api;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.control.Rollbacks;
import org.openlambda.core.control.Rollbacks.Result;
import org.openlambda.core.control.Rollbacks.Target;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Actor;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.router.Refusals;

/// `POST /api/v1/functions/NAME/aliases/ALIAS/rollback`: what the AWS Lambda API has no operation
/// for. An `if-match` with the alias's revision keeps a request that is sent twice from going back
/// twice. Answers
///
///     {"name": "hello", "alias": "live",
///      "from": {"version": "4", "weights": {"5": 0.1}}, "to": {"version": "3", "weights": {}}}
public final class AliasApi {
  private static final Pattern PATH =
      Pattern.compile("/api/v1/functions/([^/]+)/aliases/([A-Za-z0-9_-]{1,128})/rollback");

  private final Rollbacks rollbacks;
  private final Actor actor;

  /// @param actor who moves an alias of their account
  public AliasApi(Rollbacks rollbacks, Actor actor) {
    this.rollbacks = rollbacks;
    this.actor = actor;
  }

  public static boolean isOurs(String path) {
    return path.endsWith("/rollback") && PATH.matcher(path).matches();
  }

  /// Answers a request whose path is ours. Blocks on the database.
  public void serve(Exchange exchange) {
    Matcher path = PATH.matcher(exchange.path());
    if (!exchange.method().equals("POST")) {
      Api.methodNotAllowed(exchange, "POST");
    } else if (path.matches() && FunctionName.isValid(path.group(1))) {
      rollBack(exchange, new FunctionName(path.group(1)), path.group(2));
    } else {
      exchange.answer(Refusals.badName(path.group(1)));
    }
  }

  private void rollBack(Exchange exchange, FunctionName name, String alias) {
    Result result = rollbacks.rollBack(actor, name, alias, exchange.header("if-match"));
    switch (result) {
      case Result.Moved(Target before, Target after) -> {
        var told = new LinkedHashMap<String, Object>();
        told.put("name", name.text());
        told.put("alias", alias);
        told.put("from", told(before));
        told.put("to", told(after));
        Json.answer(exchange, told);
      }
      case Result.UnknownFunction() -> exchange.answer(Refusals.unknown(name));
      case Result.UnknownAlias() -> exchange.answer(unknown(name, alias));
      case Result.Changed() -> exchange.answer(changed(alias));
      case Result.NothingBefore() -> exchange.answer(nothingBefore(alias));
      case Result.Away() -> exchange.answer(away());
    }
  }

  private static Map<String, Object> told(Target target) {
    var weights = new LinkedHashMap<String, Double>();
    target.share().ifPresent(share -> weights.put(share.version(), share.weight()));
    return Map.of("version", target.version(), "weights", weights);
  }

  private static Problem unknown(FunctionName name, String alias) {
    return Problem.of(
        404,
        "route",
        "unknown-alias",
        "There is no such alias",
        "'" + name + "' has no alias '" + alias + "'.",
        "'ol alias " + name + "' lists those it has.");
  }

  private static Problem changed(String alias) {
    return Problem.of(
        412,
        "route",
        "alias-changed",
        "The alias is another by now",
        "Somebody has changed '" + alias + "' since it was read.",
        "Look at it again.");
  }

  private static Problem nothingBefore(String alias) {
    return Problem.of(
        409,
        "route",
        "nothing-before",
        "There is nothing to go back to",
        "'" + alias + "' has named nothing else before that is still there.",
        "Move it to a version that there is.");
  }

  private static Problem away() {
    return Problem.of(
            503,
            "route",
            "database-away",
            "Nothing can be changed now",
            "The database does not answer; functions are still called.",
            "Look at the alias, and try again.")
        .retryAfter(Duration.ofSeconds(1));
  }
}
