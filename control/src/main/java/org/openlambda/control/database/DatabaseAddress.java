package org.openlambda.control.database;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where a PostgreSQL server is, and as whom it is asked.
public sealed interface DatabaseAddress {
  /// On this machine, behind a Unix socket.
  ///
  /// @param socket its path, as in `/var/run/postgresql/.s.PGSQL.5432`
  /// @param database which of the server's
  record Socket(Path socket, Login login, String database) implements DatabaseAddress {}

  /// Anywhere.
  ///
  /// @param host with its port, if that is another than 5432: `db.example:5433`
  /// @param options of the connection, as the driver calls them: `sslmode`
  record Network(String host, Login login, String database, Map<String, String> options)
      implements DatabaseAddress {
    public Network {
      options = Map.copyOf(options);
    }

    /// Options may be secret, too.
    @Override
    public String toString() {
      return "Network[" + host + ", " + database + ", " + login + "]";
    }
  }

  /// Who asks.
  ///
  /// @param password empty where none is asked for, or `~/.pgpass` has it
  record Login(String role, Optional<String> password) {
    /// Of who needs no password.
    public static Login of(String role) {
      return new Login(role, Optional.empty());
    }

    @Override
    public String toString() {
      return "Login[" + role + "]";
    }
  }

  /// Where it is, without who may use it.
  default String shown() {
    return switch (this) {
      case Socket(Path socket, Login _, String database) -> socket + " " + database;
      case Network(String host, Login _, String database, _) ->
          "postgresql://" + host + "/" + database;
    };
  }

  /// Reads a URL, see [DatabaseUrl].
  ///
  /// @throws IllegalArgumentException saying what is wrong, without the password
  static DatabaseAddress parse(String text) {
    return DatabaseUrl.read(text);
  }
}
