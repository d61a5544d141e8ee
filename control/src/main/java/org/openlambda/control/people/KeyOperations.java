package org.openlambda.control.people;

import java.util.List;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.AccessKeys;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Members;
import org.openlambda.core.identity.Administration.Reply;
import org.openlambda.core.identity.Credential;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1/keys`: those of the asker's account. Any thread.
final class KeyOperations {
  private final Desk desk;

  KeyOperations(Desk desk) {
    this.desk = desk;
  }

  Reply list(Asked asked) throws Unavailable {
    List<AccessKeys.Shown> keys =
        desk.database()
            .<List<AccessKeys.Shown>, RuntimeException>read(
                t -> desk.keys().list(t, asked.account(), asked.parameter("user")));
    return Json.list(keys, KeyOperations::shown);
  }

  private static ObjectNode shown(AccessKeys.Shown key) {
    return Json.object("id", key.id(), "user", key.user())
        .put("active", key.active())
        .put("created", key.created().toString());
  }

  Reply create(Asked asked) throws Denied, Unavailable {
    String user = asked.body("user").text("user");
    Credential made =
        desk.change(
            asked,
            key -> user + "/" + key.id(),
            201,
            t -> desk.keys().make(t, Members.named(t, asked.account(), user)));
    return Json.granted(201, secret(made));
  }

  /// The one time that a key's secret is shown.
  static ObjectNode secret(Credential key) {
    return Json.object("id", key.id(), "secret", key.secret(), "user", key.principal().user());
  }

  Reply activate(Asked asked) throws Denied, Unavailable {
    String id = asked.label("key");
    boolean active = asked.body("active").flag("active");
    requireAnother(asked, id);
    desk.change(
        asked,
        id,
        204,
        t -> {
          desk.keys().activate(t, asked.account(), id, active);
          return id;
        });
    return Json.nothing();
  }

  Reply delete(Asked asked) throws Denied, Unavailable {
    String id = asked.label("key");
    requireAnother(asked, id);
    desk.change(
        asked,
        id,
        204,
        t -> {
          desk.keys().delete(t, asked.account(), id);
          return id;
        });
    return Json.nothing();
  }

  /// Who takes away the key that they ask with has none to bring it back.
  private static void requireAnother(Asked asked, String id) throws Denied {
    if (id.equals(asked.asker().credential())) {
      throw Denied.of(
          409,
          "own-key",
          "A key does not end itself",
          "The request is signed with " + id + ".",
          "Sign it with another one.");
    }
  }
}
