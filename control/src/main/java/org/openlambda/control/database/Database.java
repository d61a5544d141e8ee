package org.openlambda.control.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.openlambda.core.time.Patience;

/// Connections to PostgreSQL, and the threads that use them: a driver that waits for a socket in
/// native code must not hold up a carrier of virtual threads.
///
/// *Threads*: any, virtual ones too. Every call is *blocking*, 15 s at the most.
public final class Database implements AutoCloseable {
  /// Calls that wait for a thread; more are [Unavailable] at once.
  static final int MOST_WAITING = 256;

  /// The major version of PostgreSQL that is enough; each has the SQL that is used here.
  static final int OLDEST = 15;

  /// For statements that write or read whole tables.
  static final Duration LONG = Patience.of(Duration.ofMinutes(10));

  /// Statements are events of Flight Recorder, where Java has it: set up for the first of any.
  private static final String EVENT = "org.jdbi.v3.core.statement.JdbiStatementEvent";

  /// Sockets are in a native library.
  private static final String SOCKETS = "org.newsclub.net.unix.NativeUnixSocket";

  private static final int CONNECTIONS = 8;
  private static final Duration ANSWER = Patience.of(Duration.ofSeconds(15));
  private static final Duration CONNECT = Patience.of(Duration.ofSeconds(5));

  /// Taken by every write until it has taken place: revisions are then seen in their order, and a
  /// write may read what it is about to change.
  private static final long WRITERS = 0x6f6c_6177L;

  private final DatabaseAddress address;
  private final HikariDataSource connections;
  private final Jdbi jdbi;
  private final ThreadPoolExecutor threads;

  /// Something to do in a transaction.
  @FunctionalInterface
  public interface Work<T, X extends Exception> {
    T in(Transaction transaction) throws X;
  }

  private Database(DatabaseAddress address) {
    this.address = address;
    this.connections = new HikariDataSource(configuration(address));
    this.jdbi = Jdbi.create(connections);
    jdbi.getConfig(SqlStatements.class).setTemplateEngine(TemplateEngine.NOP); // SQL as it stands
    this.threads =
        new ThreadPoolExecutor(
            CONNECTIONS,
            CONNECTIONS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("database-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// Loads what the first statement needs, which takes some tenths of a second, and can be done
  /// before there is a database. Any thread.
  ///
  /// @param bySocket whether it will be asked by a socket of this machine
  public static void load(boolean bySocket) {
    try {
      if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
        Class.forName(EVENT);
      }
      if (bySocket) {
        Class.forName(SOCKETS);
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("there is another one for this now: " + e.getMessage(), e);
    }
    Jdbi.create(() -> {
      throw new SQLException("never asked");
    });
  }

  /// Opens it, and brings the schema up to date.
  ///
  /// @throws Unavailable if there is no database, an old one, or one that was written by a later
  ///   version of ours
  public static Database open(DatabaseAddress address) throws Unavailable {
    return open(address, Schema.LATEST);
  }

  /// Opens it with the schema of an earlier version.
  static Database open(DatabaseAddress address, String schema) throws Unavailable {
    Database database;
    try {
      database = new Database(address);
    } catch (RuntimeException e) {
      throw new Unavailable(
          "the database %s cannot be reached: %s".formatted(address.shown(), reason(e)), e);
    }
    try {
      database.requireVersion();
      database.bringUpToDate(schema);
      return database;
    } catch (Unavailable | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private void requireVersion() throws Unavailable {
    try (Connection connection = connections.getConnection()) {
      DatabaseMetaData server = connection.getMetaData();
      if (server.getDatabaseMajorVersion() < OLDEST) {
        throw new Unavailable(
            ("the database %s is PostgreSQL %s, and %d or newer is needed: upgrade it"
                    + " (pg_upgrade), or leave --database out and have a server of its own")
                .formatted(address.shown(), server.getDatabaseProductVersion(), OLDEST));
      }
    } catch (SQLException e) {
      throw new Unavailable("the database does not answer: " + reason(e), e);
    }
  }

  private void bringUpToDate(String schema) throws Unavailable {
    try {
      new Schema(connections).migrate(schema);
    } catch (FlywayException e) {
      throw new Unavailable(
          "the database cannot be brought up to date: " + String.valueOf(e.getMessage()).strip(),
          e);
    } catch (SQLException | RuntimeException e) {
      throw new Unavailable("the database cannot be opened: " + e.getMessage(), e);
    }
  }

  /// Removes all that migrations have made, and what is in it.
  static void clean(DatabaseAddress address) {
    try (var database = new Database(address)) {
      new Schema(database.connections).clean();
    }
  }

  private static HikariConfig configuration(DatabaseAddress address) {
    var config = new HikariConfig();
    config.setPoolName("database");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setInitializationFailTimeout(CONNECT.toMillis());
    config.setJdbcUrl(url(address));
    config.setDataSourceProperties(properties(address));
    return config;
  }

  /// Without who asks: a URL is told in errors.
  private static String url(DatabaseAddress address) {
    return switch (address) {
      case DatabaseAddress.Socket(_, _, var name) -> "jdbc:postgresql://localhost/" + encoded(name);
      case DatabaseAddress.Network(var host, _, var name, _) ->
          "jdbc:postgresql://" + host + "/" + encoded(name);
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Properties properties(DatabaseAddress address) {
    var properties = new Properties();
    DatabaseAddress.Login login =
        switch (address) {
          case DatabaseAddress.Socket(var socket, var own, _) -> {
            properties.setProperty(
                "socketFactory", "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg");
            properties.setProperty("socketFactoryArg", socket.toString());
            properties.setProperty("sslmode", "disable");
            yield own;
          }
          case DatabaseAddress.Network(_, var theirs, _, var options) -> {
            properties.putAll(options);
            yield theirs;
          }
        };
    properties.setProperty("user", login.role());
    login.password().ifPresent(password -> properties.setProperty("password", password));
    properties.setProperty("ApplicationName", "openlambda");
    properties.setProperty("socketTimeout", Long.toString(ANSWER.toSeconds()));
    properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
    return properties;
  }

  /// Reads; what it sees is of one moment.
  ///
  /// @throws Unavailable if the database is away
  public <T, X extends Exception> T read(Work<T, X> work) throws Unavailable, X {
    return call(work, "set transaction isolation level repeatable read, read only");
  }

  /// Changes something, all of it or nothing, alone: writes take turns.
  ///
  /// @throws Unavailable if the database is away
  public <T, X extends Exception> T write(Work<T, X> work) throws Unavailable, X {
    return call(work, "select pg_advisory_xact_lock(" + WRITERS + ")");
  }

  private <T, X extends Exception> T call(Work<T, X> work, String first) throws Unavailable, X {
    Future<T> result;
    try {
      result = threads.submit(() -> run(work, first));
    } catch (RejectedExecutionException e) {
      throw new Unavailable("more than " + MOST_WAITING + " calls wait for the database", e);
    }
    try {
      return result.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      @SuppressWarnings("unchecked") // work throws X, RuntimeException or Error, nothing else
      X known = (X) known(Objects.requireNonNull(e.getCause()));
      throw known;
    } catch (TimeoutException e) {
      result.cancel(true);
      throw new Unavailable("the database has not answered for " + ANSWER.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw new Unavailable("interrupted while the database was asked", e);
    }
  }

  /// A connection may have died in the pool, with a server that was started again: as long as not
  /// even the first statement was taken, nothing has happened, and the next one is tried.
  private <T, X extends Exception> T run(Work<T, X> work, String first) throws X {
    for (int tries = 0; true; tries++) {
      var begun = new AtomicBoolean();
      try {
        return jdbi.<T, X>inTransaction(handle -> {
          handle.execute(first);
          begun.set(true);
          return work.in(new Transaction(handle));
        });
      } catch (JdbiException e) {
        if (begun.get() || tries >= CONNECTIONS || !isAbsence(e)) {
          throw e;
        }
      }
    }
  }

  /// What work threw: its own kind of exception, or what the database's absence looks like.
  private static Exception known(Throwable cause) throws Unavailable {
    if (cause instanceof JdbiException && isAbsence(cause)) {
      throw new Unavailable("the database does not answer: " + reason(cause), cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (Exception) cause;
  }

  /// Classes 08 (connection), 53 (resources) and 57 (operator) of PostgreSQL's error codes, and
  /// what the pool says.
  private static boolean isAbsence(Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof SQLException sql) {
        String state = String.valueOf(sql.getSQLState());
        return sql instanceof java.sql.SQLTransientException
            || state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.equals("null");
      }
    }
    return false;
  }

  private static String reason(Throwable cause) {
    Throwable last = cause;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return String.valueOf(last.getMessage());
  }

  /// A connection beside the pool, for whoever listens. Blocks.
  Connection connect() throws SQLException {
    return connect(address, ANSWER);
  }

  /// A connection of somebody's own. Blocks.
  ///
  /// @param answer how long a statement may take to say something
  static Connection connect(DatabaseAddress address, Duration answer) throws SQLException {
    Properties properties = properties(address);
    properties.setProperty("socketTimeout", Long.toString(answer.toSeconds()));
    return DriverManager.getConnection(url(address), properties);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    connections.close();
  }
}
