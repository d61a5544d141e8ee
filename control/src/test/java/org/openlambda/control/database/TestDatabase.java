package org.openlambda.control.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.postgres.EmbeddedPostgres;
import org.openlambda.control.postgres.ExternalPostgres;

/// A database of a test's own, on a server that it starts: closing ends both.
public final class TestDatabase implements AutoCloseable {
  private final Server server;
  private final Database database;

  /// A database with all tables, once one was asked for. Guarded by this.
  private @Nullable String template;

  /// What the database is on.
  private interface Server {
    DatabaseAddress address(String name);

    /// Makes one.
    ///
    /// @param template of which it is a copy
    /// @param first the one that is there
    void create(String name, String template, Database first) throws IOException;

    void stop();

    void start() throws IOException;
  }

  private TestDatabase(Server server, String name) throws IOException {
    this.server = server;
    this.database = Database.open(server.address(name));
  }

  /// On a server as `ol up` starts one for itself.
  public TestDatabase(Path folder) throws IOException {
    this(new Ours(folder), EmbeddedPostgres.DATABASE);
  }

  /// On one of the oldest version that will do, whose superuser we are not, by TCP.
  public static TestDatabase elsewhere(Path folder) throws IOException {
    ExternalPostgres theirs = started(folder);
    return new TestDatabase(
        new Theirs(theirs, name -> theirs.url(name, "")), ExternalPostgres.DATABASE);
  }

  /// The same, by its Unix socket.
  public static TestDatabase behindSocket(Path folder) throws IOException {
    ExternalPostgres theirs = started(folder);
    return new TestDatabase(new Theirs(theirs, theirs::socketUrl), ExternalPostgres.DATABASE);
  }

  private static ExternalPostgres started(Path folder) throws IOException {
    try {
      return ExternalPostgres.start(folder, "15");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /// A database as an earlier release has made it.
  ///
  /// @param schema the number of its last migration
  public static Database open(DatabaseAddress address, String schema) throws Unavailable {
    return Database.open(address, schema);
  }

  public Database database() {
    return database;
  }

  public void stop() {
    server.stop();
  }

  /// After [#stop]; what it holds is there again.
  public void start() throws IOException {
    server.start();
  }

  @Override
  public void close() {
    database.close();
    server.stop();
  }

  /// Another database on the same server, empty.
  public DatabaseAddress fresh() throws IOException {
    return server.address(create("template1"));
  }

  /// The same with all tables of this version, which have no rows.
  public synchronized DatabaseAddress migrated() throws IOException {
    if (template == null) {
      String made = create("template1");
      Database.open(server.address(made)).close(); // nobody may be in what is copied
      template = made;
    }
    return server.address(create(template));
  }

  private String create(String template) throws IOException {
    String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    server.create(name, template, database);
    return name;
  }

  private static final class Ours implements Server {
    private final Path folder;
    private EmbeddedPostgres server;

    Ours(Path folder) throws IOException {
      this.folder = folder;
      this.server = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED);
    }

    @Override
    public DatabaseAddress address(String name) {
      return new DatabaseAddress.Socket(
          server.socket(), DatabaseAddress.Login.of(EmbeddedPostgres.ROLE), name);
    }

    @Override
    public void create(String name, String template, Database first) throws IOException {
      try (var connection = first.connect();
          var sql = connection.createStatement()) {
        sql.execute("create database " + name + " template " + template);
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void stop() {
      server.close();
    }

    @Override
    public void start() throws IOException {
      server = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED);
    }
  }

  private record Theirs(ExternalPostgres server, UnaryOperator<String> url) implements Server {
    @Override
    public DatabaseAddress address(String name) {
      return DatabaseAddress.parse(url.apply(name));
    }

    @Override
    public void create(String name, String template, Database first) throws IOException {
      server.sql(
          "create database " + name + " owner " + ExternalPostgres.USER + " template " + template);
    }

    @Override
    public void stop() {
      server.close();
    }

    @Override
    public void start() throws IOException {
      server.startAgain();
    }
  }
}
