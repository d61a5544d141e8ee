package org.openlambda.control.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.openlambda.core.bundle.FileDigest;

/// The tables, as migrations have made them. Flyway would look at all files at each start; so a
/// mark at its table says with which files it was done last, and as long as they are these it is
/// not asked.
final class Schema {
  static final String LATEST = "latest";

  private static final String PLACE = "org/openlambda/control/database";

  /// All migrations, in their order.
  static final List<String> FILES =
      List.of(
          "V1__functions.sql",
          "V2__settings.sql",
          "V3__identity.sql",
          "V4__layers.sql",
          "V5__alias_steps.sql",
          "V6__settling_layer_policies_retired_accounts.sql",
          "V8__code_signing.sql");

  private final HikariDataSource connections;

  Schema(HikariDataSource connections) {
    this.connections = connections;
  }

  /// Brings it up to date. Blocks.
  ///
  /// @param version [#LATEST], or an earlier one
  void migrate(String version) throws SQLException {
    String mark = mark();
    if (version.equals(LATEST) && isMarked(mark)) {
      return;
    }
    var _ = migrations().target(version).load().migrate();
    if (version.equals(LATEST)) {
      execute("comment on table " + Tables.HISTORY + " is '" + mark + "'");
    }
  }

  /// Removes all that migrations have made, and what is in it.
  void clean() {
    var _ = migrations().cleanDisabled(false).load().clean();
  }

  private FluentConfiguration migrations() {
    return Flyway.configure()
        .dataSource(connections)
        .locations("classpath:" + PLACE)
        .validateMigrationNaming(true);
  }

  private boolean isMarked(String mark) throws SQLException {
    try (Connection connection = connections.getConnection();
        Statement question = connection.createStatement();
        ResultSet answer =
            question.executeQuery(
                "select obj_description(to_regclass('" + Tables.HISTORY + "'), 'pg_class')")) {
      return answer.next() && mark.equals(answer.getString(1));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Of the files' names and bytes.
  private static String mark() {
    var sha = FileDigest.sha256();
    for (String file : FILES) {
      try (InputStream in = Schema.class.getResourceAsStream(file)) {
        sha.update(file.getBytes(StandardCharsets.UTF_8));
        sha.update(Objects.requireNonNull(in, file).readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return "OpenLambda, migrated by " + HexFormat.of().formatHex(sha.digest());
  }
}
