package org.openlambda.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.postgres.EmbeddedPostgres;
import org.openlambda.server.tenancy.BoundedLog;

/// Where the database is: at the address that is named, or in a server of its own, in the data
/// folder, `DATA/postgres/`. Any thread.
final class DatabaseHome implements Closeable {
  private final DatabaseAddress address;

  /// The server of its own, and what bounds its log.
  private final Optional<EmbeddedPostgres> postgres;

  private final Optional<BoundedLog> log;

  private DatabaseHome(DatabaseAddress named) {
    this.address = named;
    this.postgres = Optional.empty();
    this.log = Optional.empty();
  }

  private DatabaseHome(EmbeddedPostgres postgres) {
    this.address =
        new DatabaseAddress.Socket(
            postgres.socket(),
            DatabaseAddress.Login.of(EmbeddedPostgres.ROLE),
            EmbeddedPostgres.DATABASE);
    this.postgres = Optional.of(postgres);
    this.log = Optional.of(new BoundedLog(postgres.log(), BoundedLog.MOST, BoundedLog.GLANCE));
  }

  /// Makes the data folder, for nobody but its owner, and starts the server of its own unless
  /// another is named. Blocks until that can be asked.
  ///
  /// @throws IOException in one sentence, what is missing
  static DatabaseHome open(Settings.Served.Accounts settings) throws IOException {
    Path data = Files.createDirectories(settings.data()).toRealPath();
    RestorePlace.requireWhole(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    if (settings.database().isPresent()) {
      return new DatabaseHome(settings.database().get());
    }
    return new DatabaseHome(
        EmbeddedPostgres.open(data.resolve("postgres"), Installation.postgres()));
  }

  DatabaseAddress address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    log.ifPresent(BoundedLog::close);
    if (postgres.isPresent()) {
      postgres.get().close();
    }
  }
}
