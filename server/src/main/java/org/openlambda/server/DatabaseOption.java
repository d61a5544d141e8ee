package org.openlambda.server;

import java.io.IOException;
import java.util.Optional;
import org.openlambda.control.database.DatabaseAddress;
import picocli.CommandLine.Option;

/// Which database a server remembers in.
final class DatabaseOption {
  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "postgres://USER:PASSWORD@HOST/DATABASE instead of a server of its own")
  private Optional<String> database = Optional.empty();

  /// @throws IOException if it cannot be meant, without the password
  Optional<DatabaseAddress> address() throws IOException {
    try {
      return database.map(DatabaseAddress::parse);
    } catch (IllegalArgumentException e) {
      throw new IOException("--database: " + e.getMessage(), e);
    }
  }
}
