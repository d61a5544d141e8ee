package org.openlambda.control.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.function.Account;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.ResourcePolicy.Condition;
import org.openlambda.core.route.ResourcePolicy.Grantee;
import org.openlambda.core.route.ResourcePolicy.Statement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads policies as they are kept:
///
///     {"Statement": [{"Sid": "a", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1…:root"},
///                     "Action": "lambda:InvokeFunction", "Resource": "arn:…",
///                     "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}]}
///
/// Stateless.
final class Policies {
  private static final Pattern USER = Pattern.compile("arn:aws:iam::(\\d{12}):(root|user/(.+))");

  private Policies() {}

  static ResourcePolicy of(ObjectNode value) {
    var statements = new ArrayList<Statement>();
    for (JsonNode statement : value.get("Statement")) {
      statements.add(
          new Statement(
              grantee(statement.get("Principal")),
              statement.get("Action").stringValue(),
              conditions(statement.path("Condition"))));
    }
    return new ResourcePolicy(statements);
  }

  private static Grantee grantee(JsonNode principal) {
    if (principal.isString()) {
      return new Grantee.Everybody(); // nothing but "*" is written here
    }
    if (principal.has("Service")) {
      return new Grantee.Service(principal.get("Service").stringValue());
    }
    Matcher arn = USER.matcher(principal.get("AWS").stringValue());
    if (!arn.matches()) {
      return new Grantee.Service(principal.get("AWS").stringValue()); // a role: nobody has one here
    }
    var account = new Account(arn.group(1));
    return arn.group(3) == null
        ? new Grantee.AllOf(account)
        : new Grantee.User(account, arn.group(3));
  }

  /// Operators of which each key names one fact.
  private static List<Condition> conditions(JsonNode all) {
    var conditions = new ArrayList<Condition>();
    for (Map.Entry<String, JsonNode> operator : all.properties()) {
      boolean isPattern = operator.getKey().equals("ArnLike");
      for (Map.Entry<String, JsonNode> pair : operator.getValue().properties()) {
        conditions.add(
            new Condition(
                pair.getKey().toLowerCase(Locale.ROOT), pair.getValue().asString(""), isPattern));
      }
    }
    return conditions;
  }
}
