package org.openlambda.core.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;

/// Who may call a function beside its own account (AWS Lambda, "Resource-based policies"): what no
/// statement allows is not allowed.
public record ResourcePolicy(List<Statement> statements) {
  /// Allows nothing.
  public static final ResourcePolicy NONE = new ResourcePolicy(List.of());

  public ResourcePolicy {
    statements = List.copyOf(statements);
  }

  /// One permission.
  ///
  /// @param action `lambda:InvokeFunction`; `lambda:*` for all
  public record Statement(Grantee grantee, String action, List<Condition> conditions) {
    public Statement {
      conditions = List.copyOf(conditions);
    }
  }

  /// To whom something is permitted.
  public sealed interface Grantee {
    /// Whoever it is.
    record Everybody() implements Grantee {}

    /// Every user of an account.
    record AllOf(Account account) implements Grantee {}

    /// One user.
    record User(Account account, String name) implements Grantee {}

    /// A service, such as `s3.amazonaws.com`: never somebody at the door.
    record Service(String name) implements Grantee {}
  }

  /// What else must hold.
  ///
  /// @param key of a fact, in lower case
  /// @param value with `*` and `?` if `isPattern`
  public record Condition(String key, String value, boolean isPattern) {
    boolean holds(Map<String, String> facts) {
      String fact = facts.get(key);
      return fact != null && (isPattern ? glob(value).matcher(fact).matches() : fact.equals(value));
    }

    private static Pattern glob(String text) {
      var regex = new StringBuilder();
      for (String part : text.split("(?<=[*?])|(?=[*?])")) {
        regex.append(part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part));
      }
      return Pattern.compile(regex.toString());
    }
  }

  /// What somebody wants to do.
  ///
  /// @param caller who, if that is known
  /// @param facts what conditions are about: `lambda:functionurlauthtype`; keys in lower case
  public record Wish(String action, Optional<Principal> caller, Map<String, String> facts) {
    public Wish {
      facts = Map.copyOf(facts);
    }
  }

  /// Whether one of the statements allows it.
  public boolean permits(Wish wish) {
    return statements.stream()
        .anyMatch(statement ->
            (statement.action.equals(wish.action) || statement.action.equals("lambda:*"))
                && isMeant(statement.grantee, wish.caller)
                && statement.conditions.stream().allMatch(c -> c.holds(wish.facts)));
  }

  private static boolean isMeant(Grantee grantee, Optional<Principal> caller) {
    return switch (grantee) {
      case Grantee.Everybody _ -> true;
      case Grantee.AllOf(Account account) ->
          caller.isPresent() && caller.get().account().equals(account);
      case Grantee.User(Account account, String name) ->
          caller.isPresent()
              && caller.get().account().equals(account)
              && caller.get().user().equals(name);
      case Grantee.Service _ -> false;
    };
  }
}
