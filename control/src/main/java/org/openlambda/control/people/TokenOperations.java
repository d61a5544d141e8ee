package org.openlambda.control.people;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Members;
import org.openlambda.control.identity.Tokens;
import org.openlambda.control.identity.User;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Administration.Reply;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1/tokens`: a password for a token, and its end. Any thread.
final class TokenOperations {
  /// What is named as the credential of who has shown a password.
  private static final String PASSWORD = "password";

  private static final String CURRENT = "current";

  private final Desk desk;

  TokenOperations(Desk desk) {
    this.desk = desk;
  }

  /// Logs in.
  Reply create(Asked asked) throws Denied, Unavailable {
    Input input = asked.body("account", "user", "password", "days");
    Account account = input.account("account");
    String name = input.text("user");
    String password = input.text("password");
    int days = input.number("days", (int) Tokens.USUAL.toDays(), 1, (int) Tokens.LONGEST.toDays());
    Optional<User> user =
        desk.database().<Optional<User>, RuntimeException>read(t -> Members.find(t, account, name));
    var claim = new Logins.Claim(account, name, asked.request().peer());
    boolean right = desk.logins().isRight(claim, password, user.flatMap(User::password));
    if (user.isEmpty() || !right) {
      noteFailure(asked, account, name);
      throw wrong();
    }
    Tokens.Made made = made(asked, user.get(), Duration.ofDays(days));
    desk.known().refresh();
    return Json.granted(
        201,
        Json.object("id", made.id(), "token", made.token(), "expires", made.expires().toString()));
  }

  /// For who still has the password that was shown.
  private Tokens.Made made(Asked asked, User user, Duration time) throws Denied, Unavailable {
    return desk.database()
        .write(t -> {
          Optional<User> now = Members.find(t, user.account(), user.name());
          if (now.isEmpty() || !now.get().password().equals(user.password())) {
            throw wrong();
          }
          Tokens.Made made = desk.tokens().make(t, now.get(), desk.time().now(), time);
          var deed = Deed.done(asked.operation(), user.name() + "/" + made.id(), 201);
          AuditLog.note(t, actor(asked, now.get().by(PASSWORD)), deed);
          return made;
        });
  }

  private void noteFailure(Asked asked, Account account, String name) {
    var claimed = new Principal(account, name, Role.INVOKER, PASSWORD);
    desk.audit()
        .noteClaim(actor(asked, claimed), new Deed(asked.operation(), name, 401, "wrong-login"));
  }

  private static Actor actor(Asked asked, Principal principal) {
    return new Actor(principal, asked.request().peer(), asked.request().id());
  }

  private static Denied wrong() {
    return Denied.of(
        401,
        "wrong-login",
        "Account, user and password do not belong together",
        "One of them is another.",
        "Ask an administrator for the account's number, or to set the password again.");
  }

  Reply list(Asked asked) throws Unavailable {
    Optional<String> user =
        asked.isAdmin() ? asked.parameter("user") : Optional.of(asked.asker().user());
    List<Tokens.Shown> tokens =
        desk.database()
            .<List<Tokens.Shown>, RuntimeException>read(
                t -> desk.tokens().list(t, asked.account(), user));
    return Json.list(tokens, TokenOperations::shown);
  }

  private static ObjectNode shown(Tokens.Shown token) {
    return Json.object(
        "id",
        token.id(),
        "user",
        token.user(),
        "created",
        token.created().toString(),
        "expires",
        token.expires().toString());
  }

  /// Ends the asker's own, or as an administrator anybody's of the account. `current` is the one
  /// that the request is made with.
  Reply delete(Asked asked) throws Denied, Unavailable {
    String label = asked.label("token");
    String id = label.equals(CURRENT) ? asked.asker().credential() : label;
    Optional<String> user = asked.isAdmin() ? Optional.empty() : Optional.of(asked.asker().user());
    desk.change(
        asked,
        id,
        204,
        t -> {
          desk.tokens().delete(t, asked.account(), user, id);
          return id;
        });
    return Json.nothing();
  }
}
