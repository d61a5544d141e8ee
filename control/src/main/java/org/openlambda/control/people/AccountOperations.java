package org.openlambda.control.people;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Members;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Administration.Reply;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Role;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1/accounts`: the operators' administrators make and delete them, others see their own.
/// Any thread.
final class AccountOperations {
  private static final String FIRST_USER = "admin";

  private final Desk desk;
  private final SecureRandom random = new SecureRandom();

  AccountOperations(Desk desk) {
    this.desk = desk;
  }

  Reply list(Asked asked) throws Unavailable {
    List<Members.Kept> accounts =
        desk.database()
            .<List<Members.Kept>, RuntimeException>read(t -> {
              boolean all = asked.isAdmin() && Members.isOperator(t, asked.account());
              return Members.accounts(t, all ? Optional.empty() : Optional.of(asked.account()));
            });
    return Json.list(accounts, AccountOperations::shown);
  }

  private static ObjectNode shown(Members.Kept account) {
    return Json.object("id", account.id().text(), "name", account.name())
        .put("operator", account.operator())
        .put("users", account.users())
        .put("created", account.created().toInstant().toString());
  }

  /// An account of its own has an administrator with a key: nobody else could get in.
  Reply create(Asked asked) throws Denied, Unavailable {
    Input input = asked.body("name", "id");
    String name = input.text("name");
    Optional<String> wanted = input.optional("id");
    Account account = wanted.isPresent() ? Input.account("id", wanted.get()) : invented();
    Credential key =
        desk.change(
            asked,
            account.text(),
            201,
            t -> {
              requireOperator(t, asked);
              Members.add(t, account, name, false);
              return desk.keys().make(t, Members.add(t, account, FIRST_USER, Role.ADMIN));
            });
    ObjectNode answer = Json.object("id", account.text(), "name", name);
    answer.set("key", KeyOperations.secret(key));
    return Json.granted(201, answer);
  }

  /// 12 digits, the first no zero. Whoever meets one of 10,000 in 9 * 10^11 is told so.
  private Account invented() {
    return new Account(Long.toString(random.nextLong(100_000_000_000L, 1_000_000_000_000L)));
  }

  Reply delete(Asked asked) throws Denied, Unavailable {
    Account account = Input.account("account", asked.label("account"));
    desk.change(
        asked,
        account.text(),
        204,
        t -> {
          requireOperator(t, asked);
          Members.delete(t, account);
          return account;
        });
    return Json.nothing();
  }

  private static void requireOperator(Transaction t, Asked asked) throws Denied {
    if (!Members.isOperator(t, asked.account())) {
      throw Denied.of(
          403,
          "not-the-operator",
          "Only the operator makes and deletes accounts",
          "Account " + asked.account() + " is not the first one of this server.",
          "Ask an administrator of that one.");
    }
  }
}
