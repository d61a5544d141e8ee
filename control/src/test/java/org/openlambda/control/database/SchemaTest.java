package org.openlambda.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
@Timeout(60)
class SchemaTest {
  @TempDir private Path folder;
  private TestDatabase server;
  private DatabaseAddress address;

  @BeforeEach
  void open() throws IOException {
    server = new TestDatabase(folder);
    address = server.fresh();
    Database.open(address).close();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = Database.connect(address, Duration.ofSeconds(10))) {
      var _ = connection.createStatement().execute(sql);
    }
  }

  @Test
  void every_migration_is_named_in_its_order() throws IOException, URISyntaxException {
    var place = Objects.requireNonNull(Schema.class.getResource(Schema.FILES.getFirst())).toURI();
    try (var files = Files.list(Path.of(place).getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".sql"))
          .containsExactlyInAnyOrderElementsOf(Schema.FILES);
    }
    assertThat(Schema.FILES)
        .extracting(name -> Integer.parseInt(name.substring(1, name.indexOf('_'))))
        .isSorted();
  }

  @Test
  void what_these_files_have_made_is_not_looked_at_again_and_all_else_is() throws Exception {
    execute("update flyway_schema_history set checksum = 1");
    Database.open(address).close();
    execute("comment on table flyway_schema_history is 'OpenLambda, migrated by others'");
    assertThatThrownBy(() -> Database.open(address))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("checksum");
  }
}
