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
      defaultValue = "${env:OL_DATABASE:-}",
      description =
          "postgres://USER:PASSWORD@HOST/DATABASE, 15 or newer, instead of a server of its own;"
              + " also by OL_DATABASE")
  private String database = "";

  /// @throws IOException if it cannot be meant, without the password
  Optional<DatabaseAddress> address() throws IOException {
    try {
      return Optional.of(database).filter(url -> !url.isBlank()).map(DatabaseAddress::parse);
    } catch (IllegalArgumentException e) {
      throw new IOException("--database: " + e.getMessage(), e);
    }
  }
}
