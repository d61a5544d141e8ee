package org.openlambda.control.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.openlambda.control.postgres.EmbeddedPostgres;

/// A database of a test's own, on a server that it starts: closing ends both.
public final class TestDatabase implements AutoCloseable {
  private final Path folder;
  private final Database database;
  private EmbeddedPostgres server;

  public TestDatabase(Path folder) throws IOException {
    this.folder = folder;
    this.server = EmbeddedPostgres.open(folder);
    this.database = Database.open(address());
  }

  public DatabaseAddress address() {
    return new DatabaseAddress.Socket(
        server.socket(), EmbeddedPostgres.ROLE, EmbeddedPostgres.DATABASE);
  }

  public Database database() {
    return database;
  }

  public void stop() {
    server.close();
  }

  /// After [#stop]; what it holds is there again.
  public void start() throws IOException {
    server = EmbeddedPostgres.open(folder);
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }

  /// Another database on the same server, empty.
  public DatabaseAddress fresh() throws SQLException {
    String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return new DatabaseAddress.Socket(server.socket(), EmbeddedPostgres.ROLE, name);
  }
}
