package org.openlambda.control.people;

import java.util.List;
import java.util.Optional;
import org.openlambda.control.identity.Denied;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Administration.Request;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;

/// Something that somebody asks for.
record Asked(Request request) {
  /// Who asks, on a route that needs a role.
  Principal asker() {
    return request.asker().orElseThrow();
  }

  Account account() {
    return asker().account();
  }

  Actor actor() {
    return new Actor(asker(), request.peer(), request.id());
  }

  String operation() {
    return request.route().operation();
  }

  boolean isAdmin() {
    return asker().role() == Role.ADMIN;
  }

  /// What stood in the path.
  String label(String name) {
    return request.labels().getOrDefault(name, "");
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(request.query().get(name));
  }

  Input body(String... members) throws Denied {
    return Input.read(request.body(), List.of(members));
  }
}
