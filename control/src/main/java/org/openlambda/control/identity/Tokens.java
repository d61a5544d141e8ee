package org.openlambda.control.identity;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.SigV4;

/// The table of bearer tokens (RFC 6750), within a transaction. A token is `olt_` and 256 random
/// bits in base64url; here is only its SHA-256. Any thread.
public final class Tokens {
  /// Of a user; when there is one more, the oldest goes.
  static final int MOST = 50;

  /// How long one is good for, unless it is made for another time.
  public static final Duration USUAL = Duration.ofDays(30);

  /// The longest that one can be good for.
  public static final Duration LONGEST = Duration.ofDays(365);

  private static final String START = "olt_";
  private static final int SECRET_BYTES = 32;
  private static final int LETTERS = START.length() + 43;
  private static final int ID_BYTES = 8;

  private final SecureRandom random = new SecureRandom();

  /// A token as it may be shown.
  public record Shown(String id, String user, Instant created, Instant expires) {}

  /// One that was made.
  ///
  /// @param id names it, and is no secret
  /// @param token for its holder only
  public record Made(String id, String token, Instant expires) {
    @Override
    public String toString() {
      return "Made[" + id + ", until " + expires + "]";
    }
  }

  /// Whose a token is, and for how long.
  record Held(Principal principal, Instant expires) {}

  /// Makes a token, and forgets those that have expired.
  public Made make(Transaction t, User user, Instant now, Duration time) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String token = START + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var made = new Made("token-" + HexFormat.of().formatHex(id), token, now.plus(time));
    t.sql().execute("delete from token where expires < ?", now.atOffset(ZoneOffset.UTC));
    t.sql()
        .execute(
            "delete from token where member = ? and id not in"
                + " (select id from token where member = ? order by created desc, id limit ?)",
            user.id(),
            user.id(),
            MOST - 1);
    t.sql()
        .execute(
            "insert into token (id, hash, member, expires) values (?, ?, ?, ?)",
            made.id(),
            HexFormat.of().parseHex(hash(token)),
            user.id(),
            made.expires().atOffset(ZoneOffset.UTC));
    t.identitiesChanged();
    return made;
  }

  /// The tokens of an account, or of one of its users, the oldest first.
  public List<Shown> list(Transaction t, Account account, Optional<String> user) {
    return t.sql()
        .createQuery(
            "select k.id, m.name, k.created, k.expires from token k join member m"
                + " on m.id = k.member where m.account = :account"
                + " and (:user = '' or m.name = :user) order by m.name, k.created, k.id")
        .bind("account", account.text())
        .bind("user", user.orElse(""))
        .map((row, _) ->
            new Shown(
                row.getString(1),
                row.getString(2),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getObject(4, OffsetDateTime.class).toInstant()))
        .list();
  }

  /// Ends a token.
  ///
  /// @param user whose it has to be; empty for anybody of the account
  /// @throws Denied if there is no such token
  public void delete(Transaction t, Account account, Optional<String> user, String id)
      throws Denied {
    int rows =
        t.sql()
            .createUpdate(
                "delete from token where id = :id and member in (select id from member"
                    + " where account = :account and (:user = '' or name = :user))")
            .bind("id", id)
            .bind("account", account.text())
            .bind("user", user.orElse(""))
            .execute();
    if (rows == 0) {
      throw Denied.unknown("token", id);
    }
    t.identitiesChanged();
  }

  /// All tokens by the hashes of what their holders send.
  Map<String, Held> held(Transaction t) {
    var all = new HashMap<String, Held>();
    t.sql()
        .createQuery(
            "select k.hash, k.id, k.expires, m.account, m.name, m.role"
                + " from token k join member m on m.id = k.member")
        .map((row, _) ->
            Map.entry(
                HexFormat.of().formatHex(row.getBytes(1)),
                new Held(
                    new Principal(
                        new Account(row.getString(4)),
                        row.getString(5),
                        Role.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                        row.getString(2)),
                    row.getObject(3, OffsetDateTime.class).toInstant())))
        .forEach(token -> all.put(token.getKey(), token.getValue()));
    return Map.copyOf(all);
  }

  /// What a token is found by; that of something that is no token is nobody's.
  static String hash(String token) {
    if (token.length() != LETTERS || !token.startsWith(START)) {
      return "";
    }
    return SigV4.sha256(token.getBytes(StandardCharsets.UTF_8));
  }
}
