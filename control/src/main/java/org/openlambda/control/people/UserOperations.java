package org.openlambda.control.people;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Members;
import org.openlambda.control.identity.User;
import org.openlambda.core.identity.Administration.Reply;
import org.openlambda.core.identity.Role;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1/users`: those of the asker's account. Any thread.
final class UserOperations {
  private final Desk desk;

  UserOperations(Desk desk) {
    this.desk = desk;
  }

  Reply list(Asked asked) throws Unavailable {
    List<User> users =
        desk.database().<List<User>, RuntimeException>read(t -> Members.users(t, asked.account()));
    return Json.list(users, UserOperations::shown);
  }

  private static ObjectNode shown(User user) {
    return Json.object("name", user.name(), "role", user.role().name().toLowerCase(Locale.ROOT))
        .put("keys", user.keys())
        .put("password", user.password().isPresent())
        .put("created", user.created().toString());
  }

  Reply create(Asked asked) throws Denied, Unavailable {
    Input input = asked.body("name", "role");
    String name = input.text("name");
    Role role = input.role("role");
    User made = desk.change(asked, name, 201, t -> Members.add(t, asked.account(), name, role));
    return Json.granted(201, shown(made));
  }

  Reply changeRole(Asked asked) throws Denied, Unavailable {
    String name = asked.label("user");
    Role role = asked.body("role").role("role");
    User changed =
        desk.change(
            asked,
            name,
            200,
            t -> {
              Members.change(t, Members.named(t, asked.account(), name), role);
              return Members.named(t, asked.account(), name);
            });
    return Json.granted(200, shown(changed));
  }

  Reply delete(Asked asked) throws Denied, Unavailable {
    String name = asked.label("user");
    desk.change(
        asked,
        name,
        204,
        t -> {
          User user = Members.named(t, asked.account(), name);
          Members.delete(t, user);
          return user;
        });
    return Json.nothing();
  }

  /// An administrator sets anybody's password; others change their own, and have to know it.
  Reply setPassword(Asked asked) throws Denied, Unavailable {
    Input input = asked.body("password", "current");
    String name = asked.label("user");
    if (!asked.isAdmin()) {
      requireOwn(asked, name, input.optional("current"));
    }
    String hash = desk.logins().hash(input.text("password"));
    desk.change(
        asked,
        name,
        204,
        t -> {
          User user = Members.named(t, asked.account(), name);
          Members.setPassword(t, user, hash);
          return user;
        });
    return Json.nothing();
  }

  private void requireOwn(Asked asked, String name, Optional<String> current)
      throws Denied, Unavailable {
    boolean own = name.equals(asked.asker().user());
    Optional<String> hash =
        own
            ? desk.database()
                .<User, Denied>read(t -> Members.named(t, asked.account(), name))
                .password()
            : Optional.empty();
    var claim = new Logins.Claim(asked.account(), name, asked.request().peer());
    if (!own || current.isEmpty() || !desk.logins().isRight(claim, current.get(), hash)) {
      throw Denied.of(
          403,
          "not-allowed",
          "Only an administrator sets the passwords of others",
          "Whoever is none changes their own, and says the current one in 'current'.",
          "Ask an administrator.");
    }
  }
}
