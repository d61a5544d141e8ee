package org.openlambda.control.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Makes an empty database hold what a [Snapshot] has read: all of it once [#commit] returns,
/// nothing if it is closed before. One thread; blocks.
public final class Filling implements AutoCloseable {
  private final DatabaseAddress address;
  private final Tables tables;
  private final Connection connection;
  private final Handle sql;
  private Optional<Copy> copy = Optional.empty();
  private boolean committed;

  /// Rows that are under way.
  private record Copy(Tables.Table table, CopyIn stream) {}

  private Filling(DatabaseAddress address, Tables tables, Connection connection) {
    this.address = address;
    this.tables = tables;
    this.connection = connection;
    this.sql = Jdbi.create(connection).open();
  }

  /// Makes the tables, as they were when the snapshot was taken.
  ///
  /// @throws IOException in one sentence, if the database is not empty, or has to be of a version
  ///   that this program does not know
  public static Filling of(DatabaseAddress address, Tables tables) throws IOException {
    try {
      requireEmpty(address);
      make(address, tables.schema());
      Connection connection = Database.connect(address, Database.LONG);
      connection.setAutoCommit(false);
      var filling = new Filling(address, tables, connection);
      try {
        filling.prepare();
        return filling;
      } catch (IOException | RuntimeException e) {
        filling.close();
        throw e;
      }
    } catch (SQLException | JdbiException e) {
      throw new Unavailable("the database cannot be filled: " + e.getMessage(), e);
    }
  }

  private static void make(DatabaseAddress address, String schema) throws Unavailable {
    try {
      Database.open(address, schema).close();
    } catch (Unavailable e) {
      Database.clean(address);
      throw e;
    }
  }

  private static void requireEmpty(DatabaseAddress address) throws IOException, SQLException {
    try (Connection connection = Database.connect(address, Database.LONG);
        Handle sql = Jdbi.create(connection).open()) {
      if (!Tables.names(sql).isEmpty()) {
        throw new IOException(
            "the database %s is not empty: name a new one".formatted(address.shown()));
      }
    }
  }

  private void prepare() throws IOException {
    Tables made = Tables.of(sql);
    if (!made.schema().equals(tables.schema())
        || !new HashSet<>(made.tables()).equals(new HashSet<>(tables.tables()))) {
      throw new IOException(
          ("the backup has tables of schema %s that this program does not know: it was made by"
                  + " another version")
              .formatted(tables.schema()));
    }
    for (Tables.Table table : tables.tables()) {
      // Migrations may have written something; triggers are for changes, and would make some.
      sql.execute("alter table " + table.quoted() + " disable trigger user");
    }
    List<String> names = tables.tables().stream().map(Tables.Table::quoted).toList();
    sql.execute("truncate " + String.join(", ", names));
  }

  /// Adds rows, or a part of them: a table's come one after the other, and tables in the order of
  /// the snapshot.
  public void add(String table, byte[] rows) throws IOException {
    try {
      if (copy.isEmpty() || !copy.get().table.name().equals(table)) {
        end();
        begin(table);
      }
      copy.orElseThrow().stream.writeToCopy(rows, 0, rows.length);
    } catch (SQLException e) {
      throw failed(table, e);
    }
  }

  private void begin(String name) throws IOException, SQLException {
    Tables.Table table =
        tables.tables().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IOException("the backup has rows of no table: " + name));
    CopyIn stream =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy %s (%s) from stdin".formatted(table.quoted(), table.list()));
    copy = Optional.of(new Copy(table, stream));
  }

  private void end() throws SQLException {
    if (copy.isPresent()) {
      copy.get().stream.endCopy();
      copy = Optional.empty();
    }
  }

  private static IOException failed(String what, Exception e) {
    return new IOException("%s cannot be written: %s".formatted(what, e.getMessage()), e);
  }

  /// All of it takes place.
  public void commit() throws IOException {
    try {
      end();
      for (Map.Entry<String, Long> sequence : tables.sequences().entrySet()) {
        sql.execute(
            "select setval(?::regclass, ?)", Tables.quote(sequence.getKey()), sequence.getValue());
      }
      for (Tables.Table table : tables.tables()) {
        sql.execute("alter table " + table.quoted() + " enable trigger user");
      }
      connection.commit();
      committed = true;
    } catch (SQLException | JdbiException e) {
      throw failed("the database", e);
    }
  }

  /// Leaves an empty database, unless all of it took place.
  @Override
  public void close() throws IOException {
    try {
      connection.close(); // which rolls back
      if (!committed) {
        Database.clean(address);
      }
    } catch (SQLException | RuntimeException e) {
      throw failed("an end of the database's filling", e);
    }
  }
}
