package org.openlambda.control.identity;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;

/// The users of all accounts, and their keys. Any thread; calls block on the database.
public final class Members {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int ID_LETTERS = 16;
  private static final int SECRET_BYTES = 30;

  private final Database database;
  private final Sealer sealer;
  private final SecureRandom random = new SecureRandom();

  public Members(Database database, Sealer sealer) {
    this.database = database;
    this.sealer = sealer;
  }

  /// Makes the first account with an administrator and a key, unless there is an account.
  ///
  /// @return the key, whose secret nobody is shown again; empty if there was an account
  public Optional<Credential> begin(Account account) throws Unavailable {
    return database.write(t -> {
      long there = t.sql().createQuery("select count(*) from account").mapTo(Long.class).one();
      if (there > 0) {
        return Optional.<Credential>empty();
      }
      t.sql().execute("insert into account (id, name) values (?, 'main')", account.text());
      return Optional.of(newKey(t, newMember(t, account, "admin", Role.ADMIN)));
    });
  }

  /// A user as the database has it.
  private record Member(UUID id, Principal principal) {}

  private static Member newMember(Transaction t, Account account, String name, Role role) {
    UUID id =
        t.sql()
            .createQuery("insert into member (account, name, role) values (?, ?, ?) returning id")
            .bind(0, account.text())
            .bind(1, name)
            .bind(2, role.name().toLowerCase(Locale.ROOT))
            .mapTo(UUID.class)
            .one();
    return new Member(id, new Principal(account, name, role));
  }

  private Credential newKey(Transaction t, Member member) {
    var id = new StringBuilder("AKIA");
    for (int i = 0; i < ID_LETTERS; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    var made =
        new Credential(
            id.toString(), Base64.getEncoder().encodeToString(bytes), member.principal());
    byte[] sealed = sealer.seal(made.secret().getBytes(StandardCharsets.UTF_8), owner(made.id()));
    t.sql()
        .execute(
            "insert into access_key (id, member, secret) values (?, ?, ?)",
            made.id(),
            member.id(),
            sealed);
    t.identitiesChanged();
    return made;
  }

  private static String owner(String keyId) {
    return "access_key/" + keyId;
  }

  /// All active keys by their ids.
  Map<String, Credential> credentials() throws Unavailable {
    return database.read(t -> {
      var all = new HashMap<String, Credential>();
      t.sql()
          .createQuery(
              "select k.id, k.secret, m.account, m.name, m.role"
                  + " from access_key k join member m on m.id = k.member where k.active")
          .map((row, _) ->
              new Credential(
                  row.getString(1),
                  new String(
                      sealer.open(row.getBytes(2), owner(row.getString(1))),
                      StandardCharsets.UTF_8),
                  new Principal(
                      new Account(row.getString(3)),
                      row.getString(4),
                      Role.valueOf(row.getString(5).toUpperCase(Locale.ROOT)))))
          .forEach(key -> all.put(key.id(), key));
      return Map.copyOf(all);
    });
  }
}
