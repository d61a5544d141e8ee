package org.openlambda.control.identity;

import static java.util.stream.Collectors.joining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.StatementContext;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Role;

/// The tables of accounts and of their users, within a transaction. Stateless.
public final class Members {
  /// Of a server.
  static final int MOST_ACCOUNTS = 10_000;

  /// Of an account.
  static final int MOST_USERS = 1_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final String USERS =
      "select m.id, m.account, m.name, m.role, m.created, m.password,"
          + " (select count(*) from access_key k where k.member = m.id)::int from member m";

  private Members() {}

  /// An account as the database has it.
  ///
  /// @param operator whether its administrators may make and delete accounts
  public record Kept(
      Account id, String name, boolean operator, OffsetDateTime created, int users) {}

  /// All accounts, or only one, by their numbers.
  public static List<Kept> accounts(Transaction t, Optional<Account> only) {
    return t.sql()
        .createQuery(
            "select a.id, a.name, a.operator, a.created,"
                + " (select count(*) from member m where m.account = a.id)::int from account a"
                + " where :only = '' or a.id = :only order by a.id")
        .bind("only", only.map(Account::text).orElse(""))
        .map((row, _) ->
            new Kept(
                new Account(row.getString(1)),
                row.getString(2),
                row.getBoolean(3),
                row.getObject(4, OffsetDateTime.class),
                row.getInt(5)))
        .list();
  }

  /// Whether the administrators of an account are the server's operators.
  public static boolean isOperator(Transaction t, Account account) {
    return accounts(t, Optional.of(account)).stream().anyMatch(Kept::operator);
  }

  /// Makes an account without users.
  ///
  /// @param operator for the first one only
  /// @throws Denied if the number or the name is taken, the number was that of an account that is
  ///   no more, or they cannot be one
  public static void add(Transaction t, Account account, String name, boolean operator)
      throws Denied {
    require("name", name);
    List<Kept> there = accounts(t, Optional.empty());
    if (there.stream().anyMatch(kept -> kept.id().equals(account) || kept.name().equals(name))) {
      throw Denied.conflict(
          "account-exists",
          "There is such an account already",
          "Another account has the number " + account + " or the name '" + name + "'.",
          "Choose others.");
    }
    if (!retired(t, List.of(account)).isEmpty()) {
      throw Denied.conflict(
          "account-number-used",
          "No account has the number of another one that was deleted",
          "What is told of the number " + account + " is about another account.",
          "Choose another number, or none.");
    }
    if (there.size() >= MOST_ACCOUNTS) {
      throw full("accounts", "the server", MOST_ACCOUNTS);
    }
    t.sql()
        .execute(
            "insert into account (id, name, operator) values (?, ?, ?)",
            account.text(),
            name,
            operator);
  }

  /// Which of these accounts were deleted: their numbers are not given again.
  public static Set<Account> retired(Transaction t, Collection<Account> some) {
    return t.sql()
        .createQuery("select id from retired_account where id = any(cast(? as bpchar[]))")
        .bind(0, some.stream().map(Account::text).collect(joining(",", "{", "}")))
        .map((row, _) -> new Account(row.getString(1)))
        .set();
  }

  /// Deletes an account with its users, keys and tokens; its number is not given again.
  ///
  /// @throws Denied if it has functions, or is the operators'
  public static void delete(Transaction t, Account account) throws Denied {
    List<Kept> there = accounts(t, Optional.of(account));
    if (there.isEmpty()) {
      throw Denied.unknown("account", account.text());
    }
    if (there.getFirst().operator()) {
      throw Denied.conflict(
          "operators-account",
          "This account cannot be deleted",
          "It is the one whose administrators make the others.",
          "Keep it.");
    }
    long functions =
        t.sql()
            .createQuery("select count(*) from function where account = ?")
            .bind(0, account.text())
            .mapTo(Long.class)
            .one();
    if (functions > 0) {
      throw Denied.conflict(
          "account-has-functions",
          "The account still has functions",
          "It has " + functions + ".",
          "Delete them first.");
    }
    t.sql().execute("delete from layer where account = ?", account.text());
    t.sql().execute("delete from member where account = ?", account.text());
    t.sql().execute("delete from account where id = ?", account.text());
    t.sql().execute("insert into retired_account (id) values (?)", account.text());
    t.identitiesChanged();
  }

  /// The users of an account, by their names.
  public static List<User> users(Transaction t, Account account) {
    return t.sql()
        .createQuery(USERS + " where m.account = ? order by m.name")
        .bind(0, account.text())
        .map(Members::user)
        .list();
  }

  /// A user, if there is one of this name.
  public static Optional<User> find(Transaction t, Account account, String name) {
    return t.sql()
        .createQuery(USERS + " where m.account = ? and m.name = ?")
        .bind(0, account.text())
        .bind(1, name)
        .map(Members::user)
        .findOne();
  }

  /// A user that has to be there.
  public static User named(Transaction t, Account account, String name) throws Denied {
    return find(t, account, name).orElseThrow(() -> Denied.unknown("user", name));
  }

  private static User user(ResultSet row, StatementContext context) throws SQLException {
    return new User(
        row.getObject(1, UUID.class),
        new Account(row.getString(2)),
        row.getString(3),
        Role.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
        row.getObject(5, OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getString(6)),
        row.getInt(7));
  }

  /// Makes a user without keys and without a password.
  ///
  /// @throws Denied if the name is taken, or cannot be one
  public static User add(Transaction t, Account account, String name, Role role) throws Denied {
    require("name", name);
    List<User> there = users(t, account);
    if (there.stream().anyMatch(user -> user.name().equals(name))) {
      throw Denied.conflict(
          "user-exists",
          "There is such a user already",
          "The account has a user '" + name + "'.",
          "Choose another name.");
    }
    if (there.size() >= MOST_USERS) {
      throw full("users", "the account", MOST_USERS);
    }
    t.sql()
        .execute(
            "insert into member (account, name, role) values (?, ?, ?)",
            account.text(),
            name,
            role.name().toLowerCase(Locale.ROOT));
    return named(t, account, name);
  }

  /// Gives a user another role, from its next request on.
  ///
  /// @throws Denied if nobody would administer the account then
  public static void change(Transaction t, User user, Role role) throws Denied {
    if (role != Role.ADMIN) {
      requireAnotherAdmin(t, user);
    }
    t.sql()
        .execute(
            "update member set role = ? where id = ?",
            role.name().toLowerCase(Locale.ROOT),
            user.id());
    t.identitiesChanged();
  }

  /// Deletes a user with its keys and tokens.
  ///
  /// @throws Denied if nobody would administer the account then
  public static void delete(Transaction t, User user) throws Denied {
    requireAnotherAdmin(t, user);
    t.sql().execute("delete from member where id = ?", user.id());
    t.identitiesChanged();
  }

  private static void requireAnotherAdmin(Transaction t, User user) throws Denied {
    boolean another =
        users(t, user.account()).stream()
            .anyMatch(other -> other.role() == Role.ADMIN && !other.id().equals(user.id()));
    if (user.role() == Role.ADMIN && !another) {
      throw Denied.conflict(
          "last-administrator",
          "Somebody has to administer the account",
          "'" + user.name() + "' is its last administrator.",
          "Make another user an administrator first.");
    }
  }

  /// Sets what a user logs in with; whoever is logged in no longer is.
  ///
  /// @param hash of [Passwords]
  public static void setPassword(Transaction t, User user, String hash) {
    t.sql().execute("update member set password = ? where id = ?", hash, user.id());
    t.sql().execute("delete from token where member = ?", user.id());
    t.identitiesChanged();
  }

  private static void require(String member, String name) throws Denied {
    if (!NAME.matcher(name).matches()) {
      throw Denied.bad(
          member,
          "has to be 1 to 64 letters, digits, '.', '_', '@' or '-', a letter or digit first");
    }
  }

  static Denied full(String what, String whose, int most) {
    return Denied.conflict(
        "too-many-" + what.replace(' ', '-'),
        "There is no room for more " + what,
        whose.substring(0, 1).toUpperCase(Locale.ROOT)
            + whose.substring(1)
            + " has "
            + most
            + " "
            + what
            + " already.",
        "Delete one that is not used.");
  }
}
