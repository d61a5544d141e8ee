package org.openlambda.control.people;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.AccessKeys;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.KnownKeys;
import org.openlambda.control.identity.Tokens;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Administration;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.Route;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes of the API of our own that are about people. Any thread; blocks on the database.
public final class PeopleApi implements Administration {
  private static final Logger LOG = LoggerFactory.getLogger(PeopleApi.class);

  private final Desk desk;
  private final Map<Route, Operation> operations = new LinkedHashMap<>();

  /// What a route does.
  private interface Operation {
    Reply run(Asked asked) throws Denied, IOException;
  }

  /// What it works on.
  public record Parts(
      Database database, AccessKeys keys, Tokens tokens, KnownKeys known, Time time) {}

  public PeopleApi(Parts parts) {
    this.desk =
        new Desk(
            parts.database,
            parts.keys,
            parts.tokens,
            new Logins(parts.time),
            parts.known,
            new AuditLog(parts.database),
            parts.time);
    accounts(new AccountOperations(desk));
    users(new UserOperations(desk));
    keys(new KeyOperations(desk));
    tokens(new TokenOperations(desk));
    var audit = new AuditOperations(desk);
    operations.put(Route.of("ListAudit", "GET", "/api/v1/audit", Role.ADMIN), audit::list);
  }

  private void accounts(AccountOperations accounts) {
    String all = "/api/v1/accounts";
    operations.put(Route.of("ListAccounts", "GET", all, Role.ADMIN), accounts::list);
    operations.put(Route.of("CreateAccount", "POST", all, Role.ADMIN), accounts::create);
    String one = all + "/{account}";
    operations.put(Route.of("DeleteAccount", "DELETE", one, Role.ADMIN), accounts::delete);
  }

  private void users(UserOperations users) {
    String all = "/api/v1/users";
    operations.put(Route.of("ListUsers", "GET", all, Role.ADMIN), users::list);
    operations.put(Route.of("CreateUser", "POST", all, Role.ADMIN), users::create);
    String one = all + "/{user}";
    operations.put(Route.of("UpdateUser", "PATCH", one, Role.ADMIN), users::changeRole);
    operations.put(Route.of("DeleteUser", "DELETE", one, Role.ADMIN), users::delete);
    operations.put(
        Route.of("SetPassword", "PUT", one + "/password", Role.INVOKER), users::setPassword);
  }

  private void keys(KeyOperations keys) {
    String all = "/api/v1/keys";
    operations.put(Route.of("ListAccessKeys", "GET", all, Role.ADMIN), keys::list);
    operations.put(Route.of("CreateAccessKey", "POST", all, Role.ADMIN), keys::create);
    String one = all + "/{key}";
    operations.put(Route.of("UpdateAccessKey", "PATCH", one, Role.ADMIN), keys::activate);
    operations.put(Route.of("DeleteAccessKey", "DELETE", one, Role.ADMIN), keys::delete);
  }

  private void tokens(TokenOperations tokens) {
    String all = "/api/v1/tokens";
    operations.put(Route.open("Login", "POST", all), tokens::create);
    operations.put(Route.of("ListTokens", "GET", all, Role.INVOKER), tokens::list);
    operations.put(Route.of("Logout", "DELETE", all + "/{token}", Role.INVOKER), tokens::delete);
  }

  @Override
  public List<Route> routes() {
    return List.copyOf(operations.keySet());
  }

  @Override
  public Reply answer(Request request) {
    Operation operation = operations.get(request.route());
    if (operation == null) {
      throw new IllegalArgumentException("not one of routes(): " + request.route());
    }
    var asked = new Asked(request);
    try {
      requirePlain(request.labels());
      requirePlain(request.query());
      return operation.run(asked);
    } catch (Denied denied) {
      if (denied.reply().status() == 403) {
        refused(asked.actor(), asked.operation(), resource(request));
      }
      return denied.reply();
    } catch (Unavailable e) {
      LOG.debug("request {}: {}", request.id(), e.getMessage());
      return away();
    } catch (IOException e) {
      LOG.warn("request {}: {} failed", request.id(), asked.operation(), e);
      return away();
    }
  }

  private static void requirePlain(Map<String, String> texts) throws Denied {
    for (var text : texts.entrySet()) {
      var _ = Input.plain(Input.plain("name", text.getKey()), text.getValue());
    }
  }

  private static String resource(Request request) {
    return request.labels().values().stream().findFirst().orElse("");
  }

  private static Reply.Denied away() {
    return new Reply.Denied(
        503,
        "database-away",
        "The control plane's database is away",
        "Functions are still called; nothing else can be looked up or changed.",
        "Try again after the time in Retry-After.",
        Duration.ofSeconds(1));
  }

  @Override
  public void refused(Actor actor, String operation, String resource) {
    desk.audit().note(actor, new Deed(operation, resource, 403, "not-allowed"));
  }
}
