package org.openlambda.control.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.time.Time;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells one node what has changed, on a thread of its own.
///
/// A notification only wakes it; what has changed is asked for by revision. So nothing is lost with
/// a notification or a connection: it asks again once a second, and first of all after it was away.
public final class ChangeFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
  private static final int WAIT_MILLIS = 1_000;
  private static final long LEAST_PAUSE_MILLIS = 50;
  private static final long MOST_PAUSE_MILLIS = 1_000;
  private static final int AT_ONCE = 1_000;
  private static final long TIDY_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Database database;
  private final Consumer<List<Change>> listener;
  private final Time time;
  private final Thread thread;
  private volatile boolean closed;

  /// Where it waits; closed by others.
  private volatile @Nullable Connection waiting;

  /// Whether the database did not answer last; written by the thread alone.
  private volatile boolean away;

  // The thread's.
  private long last;
  private long tidiedNanos;

  /// @param last the revision of what the node has read; newer ones are told
  /// @param listener told in the order of the revisions; blocks the feed, and may throw
  ///   [Unavailable] wrapped in an unchecked exception: it is told the same again then
  /// @param time says when it is time to forget what is old
  public ChangeFeed(Database database, long last, Consumer<List<Change>> listener, Time time) {
    this.database = database;
    this.last = last;
    this.listener = listener;
    this.time = time;
    this.tidiedNanos = time.nanos();
    this.thread = Thread.ofPlatform().name("changes").daemon().start(this::work);
  }

  /// The newest revision, of the moment that `transaction` sees.
  public static long newest(Transaction transaction) {
    return transaction
        .sql()
        .createQuery("select coalesce(max(revision), 0) from change")
        .mapTo(Long.class)
        .one();
  }

  /// Whether the database answered last: it is asked once a second.
  public boolean isFollowed() {
    return !away;
  }

  private void work() {
    long pause = LEAST_PAUSE_MILLIS;
    while (!closed) {
      try (Connection open = database.connect()) {
        waiting = open;
        try (Statement listen = open.createStatement()) {
          listen.execute("listen ol_change");
        }
        follow(open);
        pause = LEAST_PAUSE_MILLIS;
      } catch (SQLException | RuntimeException e) {
        if (!closed && !away) {
          LOG.warn("changes cannot be followed, tried again until they can: {}", e.toString());
        }
        away = true;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
        pause = Math.min(2 * pause, MOST_PAUSE_MILLIS);
      }
    }
  }

  private void follow(Connection open) throws SQLException {
    PGConnection notifications = open.unwrap(PGConnection.class);
    while (!closed) {
      catchUp(open);
      if (away) {
        LOG.info("changes are followed again");
        away = false;
      }
      tidy(open);
      notifications.getNotifications(WAIT_MILLIS);
    }
  }

  private void catchUp(Connection open) throws SQLException {
    long reached;
    do {
      var changes = new ArrayList<Change>();
      reached = read(open, changes);
      if (!changes.isEmpty()) {
        listener.accept(List.copyOf(changes));
      }
      boolean more = changes.size() >= AT_ONCE;
      last = reached;
      if (!more) {
        return;
      }
    } while (!closed);
  }

  private long read(Connection open, List<Change> changes) throws SQLException {
    long reached = last;
    try (PreparedStatement ask =
        open.prepareStatement(
            "select revision, kind, account, name, (select min(revision) from change)"
                + " from change where revision > ? order by revision limit "
                + AT_ONCE)) {
      ask.setLong(1, last);
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          if (changes.isEmpty() && rows.getLong(5) > last + 1) {
            changes.add(new Change.OfAll());
          }
          reached = rows.getLong(1);
          changes.add(change(rows));
        }
      }
    }
    return reached;
  }

  private static Change change(ResultSet row) throws SQLException {
    return switch (row.getString(2)) {
      case "function" ->
          new Change.OfFunction(
              new FunctionId(new Account(row.getString(3)), new FunctionName(row.getString(4))));
      case "identity" -> new Change.OfIdentities();
      case String _ -> new Change.OfAll(); // of a later version of this program
    };
  }

  /// Revisions older than a day are deleted: a node that was away for longer reads everything. What
  /// the audit log forgets goes with them.
  private void tidy(Connection open) throws SQLException {
    if (time.nanos() - tidiedNanos > TIDY_NANOS) {
      tidiedNanos = time.nanos();
      try (Statement delete = open.createStatement()) {
        delete.execute(
            "delete from change where at < now() - interval '1 day'"
                + " and revision < (select max(revision) from change)");
        delete.execute("select forget_old_audit()");
      }
    }
  }

  /// Ends it; blocks up to 2 s.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Connection open = waiting;
    try {
      if (open != null) {
        open.abort(Runnable::run); // it may wait for a notification
      }
      thread.join(2L * WAIT_MILLIS);
    } catch (SQLException e) {
      LOG.debug("the feed's connection cannot be closed: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
