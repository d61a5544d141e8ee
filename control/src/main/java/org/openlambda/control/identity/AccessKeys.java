package org.openlambda.control.identity;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;

/// The table of access keys, within a transaction: their secrets are sealed in it. Any thread.
public final class AccessKeys {
  /// Of a user, active or not.
  static final int MOST = 10;

  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int ID_LETTERS = 16;
  private static final int SECRET_BYTES = 30;

  private final Sealer sealer;
  private final SecureRandom random = new SecureRandom();

  public AccessKeys(Sealer sealer) {
    this.sealer = sealer;
  }

  /// A key as it may be shown.
  public record Shown(String id, String user, boolean active, Instant created) {}

  /// Makes a key; its secret is nowhere else in the clear.
  ///
  /// @throws Denied if the user has as many as there may be
  public Credential make(Transaction t, User user) throws Denied {
    if (user.keys() >= MOST) {
      throw Members.full("keys", "the user", MOST);
    }
    String id = "AKIA" + letters();
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    var made = new Credential(id, Base64.getEncoder().encodeToString(bytes), user.by(id));
    t.sql()
        .execute(
            "insert into access_key (id, member, secret) values (?, ?, ?)",
            id,
            user.id(),
            sealer.seal(made.secret().getBytes(StandardCharsets.UTF_8), owner(id)));
    t.identitiesChanged();
    return made;
  }

  /// Makes the first account with an administrator and a key, unless there is an account.
  ///
  /// @return the key, whose secret nobody is shown again; empty if there was an account
  public Optional<Credential> first(Transaction t, Account account) {
    if (!Members.accounts(t, Optional.empty()).isEmpty()) {
      return Optional.empty();
    }
    try {
      Members.add(t, account, "main", true);
      return Optional.of(make(t, Members.add(t, account, "admin", Role.ADMIN)));
    } catch (Denied e) {
      throw new IllegalStateException("nothing was there", e);
    }
  }

  private String letters() {
    var letters = new StringBuilder();
    for (int i = 0; i < ID_LETTERS; i++) {
      letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return letters.toString();
  }

  private static String owner(String id) {
    return "access_key/" + id;
  }

  /// The keys of an account, or of one of its users, the oldest first.
  public List<Shown> list(Transaction t, Account account, Optional<String> user) {
    return t.sql()
        .createQuery(
            "select k.id, m.name, k.active, k.created from access_key k"
                + " join member m on m.id = k.member where m.account = :account"
                + " and (:user = '' or m.name = :user) order by m.name, k.created, k.id")
        .bind("account", account.text())
        .bind("user", user.orElse(""))
        .map((row, _) ->
            new Shown(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                row.getObject(4, OffsetDateTime.class).toInstant()))
        .list();
  }

  /// Takes a key out of use, or back.
  ///
  /// @throws Denied if the account has no such key
  public void activate(Transaction t, Account account, String id, boolean active) throws Denied {
    change(
        t,
        id,
        t.sql()
            .execute(
                "update access_key set active = ? where id = ?"
                    + " and member in (select id from member where account = ?)",
                active,
                id,
                account.text()));
  }

  /// Deletes a key for good.
  ///
  /// @throws Denied if the account has no such key
  public void delete(Transaction t, Account account, String id) throws Denied {
    change(
        t,
        id,
        t.sql()
            .execute(
                "delete from access_key where id = ?"
                    + " and member in (select id from member where account = ?)",
                id,
                account.text()));
  }

  private static void change(Transaction t, String id, int rows) throws Denied {
    if (rows == 0) {
      throw Denied.unknown("key", id);
    }
    t.identitiesChanged();
  }

  /// All active keys by their ids.
  ///
  /// @param known what was read before: their secrets, which never change, are not opened again
  Map<String, Credential> active(Transaction t, Map<String, Credential> known) {
    var all = new HashMap<String, Credential>();
    t.sql()
        .createQuery(
            "select k.id, k.secret, m.account, m.name, m.role"
                + " from access_key k join member m on m.id = k.member where k.active")
        .map((row, _) -> {
          String id = row.getString(1);
          Credential before = known.get(id);
          String secret = before == null ? open(id, row.getBytes(2)) : before.secret();
          var role = Role.valueOf(row.getString(5).toUpperCase(Locale.ROOT));
          return new Credential(
              id, secret, new Principal(new Account(row.getString(3)), row.getString(4), role, id));
        })
        .forEach(key -> all.put(key.id(), key));
    return Map.copyOf(all);
  }

  /// Whether the secrets that are there were sealed with the key of this server, by the newest.
  public boolean canBeOpened(Transaction t) {
    return t.sql()
        .createQuery("select id, secret from access_key order by created desc limit 1")
        .map((row, _) -> sealer.canOpen(row.getBytes(2), owner(row.getString(1))))
        .findOne()
        .orElse(true);
  }

  private String open(String id, byte[] sealed) {
    return new String(sealer.open(sealed, owner(id)), StandardCharsets.UTF_8);
  }
}
