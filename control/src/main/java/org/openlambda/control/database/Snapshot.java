package org.openlambda.control.database;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.PGConnection;

/// All that a database holds, as of one moment: a transaction of its own, beside the server that
/// uses the database, which it does not hold up. One thread; blocks.
public final class Snapshot implements AutoCloseable {
  private final Connection connection;
  private final Handle sql;
  private final Tables tables;

  private Snapshot(Connection connection) throws Unavailable {
    this.connection = connection;
    this.sql = Jdbi.create(connection).open();
    sql.execute("set transaction isolation level repeatable read, read only");
    this.tables = Tables.of(sql);
  }

  /// Takes one, of a schema that is not brought up to date.
  ///
  /// @throws Unavailable if there is no such database, or it is not that of a server
  public static Snapshot of(DatabaseAddress address) throws Unavailable {
    try {
      Connection connection = Database.connect(address, Database.LONG);
      try {
        connection.setAutoCommit(false);
        return new Snapshot(connection);
      } catch (SQLException | RuntimeException | Unavailable e) {
        connection.close();
        throw e;
      }
    } catch (SQLException | JdbiException e) {
      throw new Unavailable("the database cannot be read: " + e.getMessage(), e);
    }
  }

  public Tables tables() {
    return tables;
  }

  /// Asks of the same moment.
  public <T, X extends Exception> T read(Database.Work<T, X> work) throws X {
    return work.in(new Transaction(sql));
  }

  /// Writes the rows of a table, in the text format of COPY (PostgreSQL, "COPY").
  ///
  /// @return how many there are
  public long copy(Tables.Table table, OutputStream to) throws IOException {
    try {
      return connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut(
              "copy (select %s from %s) to stdout".formatted(table.list(), table.quoted()), to);
    } catch (SQLException e) {
      throw new Unavailable("table " + table.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws Unavailable {
    try {
      connection.rollback();
      connection.close();
    } catch (SQLException e) {
      throw new Unavailable("the database's connection cannot be closed", e);
    }
  }
}
