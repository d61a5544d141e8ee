package org.openlambda.control.audit;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Actor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of changes: rows are added, and never changed. Any thread; blocks on the database.
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private static final String VALUES = "values (?, ?, ?, ?, ?, ?, ?, ?::int, ?)";
  private static final String CLAIMED =
      "select v.* from (" + VALUES + ") v (account) join account a on a.id = v.account";

  private final Database database;

  public AuditLog(Database database) {
    this.database = database;
  }

  /// A row.
  ///
  /// @param position grows with time
  /// @param peer the address that the request came from
  public record Entry(
      long position,
      Instant at,
      String user,
      String credential,
      String peer,
      Deed deed,
      String request) {}

  /// Which rows are wanted.
  ///
  /// @param since not before
  /// @param until before
  /// @param after those that come after this position in the list: smaller ones
  public record Wanted(
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<String> user,
      OptionalLong after,
      int most) {}

  /// Notes what is done in a transaction, so that it is written if that takes place, and only then.
  public static void note(Transaction t, Actor actor, Deed deed) {
    insert(t, actor, deed, VALUES);
  }

  private static void insert(Transaction t, Actor actor, Deed deed, String source) {
    t.sql()
        .execute(
            "insert into audit"
                + " (account, actor, credential, peer, operation, resource, request, status, code) "
                + source,
            actor.principal().account().text(),
            actor.principal().user(),
            actor.principal().credential(),
            actor.peer(),
            deed.operation(),
            deed.resource(),
            actor.request().text(),
            deed.status(),
            deed.code());
  }

  /// Notes what somebody was kept from, which nothing else is written with. While the database is
  /// away, the server's own log has it.
  public void note(Actor actor, Deed deed) {
    write(actor, deed, VALUES);
  }

  /// The same for somebody who only claims to be that, in an account that need not exist: nobody
  /// reads of one that does not, so nothing is written there.
  public void noteClaim(Actor actor, Deed deed) {
    write(actor, deed, CLAIMED);
  }

  private void write(Actor actor, Deed deed, String source) {
    try {
      database.<Boolean, RuntimeException>write(t -> {
        insert(t, actor, deed, source);
        return true;
      });
    } catch (Unavailable e) {
      LOG.warn("not in the audit log, as the database is away: {} {}", actor, deed);
    }
  }

  /// The rows of an account, the newest first.
  public List<Entry> read(Account account, Wanted wanted) throws Unavailable {
    var conditions = new ArrayList<>(List.of("account = :account"));
    wanted.since().ifPresent(_ -> conditions.add("at >= :since"));
    wanted.until().ifPresent(_ -> conditions.add("at < :until"));
    wanted.user().ifPresent(_ -> conditions.add("actor = :user"));
    wanted.after().ifPresent(_ -> conditions.add("position < :after"));
    return database.read(t -> {
      var query =
          t.sql()
              .createQuery(
                  "select position, at, actor, credential, peer, operation, resource, status, code,"
                      + " request from audit where "
                      + String.join(" and ", conditions)
                      + " order by position desc limit :most")
              .bind("account", account.text())
              .bind("most", wanted.most());
      wanted.since().ifPresent(since -> query.bind("since", since.atOffset(ZoneOffset.UTC)));
      wanted.until().ifPresent(until -> query.bind("until", until.atOffset(ZoneOffset.UTC)));
      wanted.user().ifPresent(user -> query.bind("user", user));
      wanted.after().ifPresent(after -> query.bind("after", after));
      return query
          .map((row, _) ->
              new Entry(
                  row.getLong(1),
                  row.getObject(2, OffsetDateTime.class).toInstant(),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  new Deed(row.getString(6), row.getString(7), row.getInt(8), row.getString(9)),
                  row.getString(10)))
          .list();
    });
  }
}
