package org.openlambda.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.process.PidFd;

@Tag("root")
@Timeout(120)
class EmbeddedPostgresTest {
  @TempDir private Path folder;

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", EmbeddedPostgres.ROLE);
    properties.setProperty("socketFactory", "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg");
    properties.setProperty("socketFactoryArg", postgres.socket().toString());
    properties.setProperty("sslmode", "disable");
    return DriverManager.getConnection("jdbc:postgresql://localhost/postgres", properties);
  }

  private static String ask(Connection connection, String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    }
  }

  private int postmaster() throws IOException {
    return Postmaster.of(folder.resolve("data")).orElseThrow().pid();
  }

  @Test
  void what_was_committed_is_there_after_a_stop_and_durability_is_on() throws Exception {
    try (var postgres = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED);
        Connection connection = connect(postgres)) {
      for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        assertThat(ask(connection, "show " + setting)).as(setting).isEqualTo("on");
      }
      assertThat(ask(connection, "show listen_addresses")).isEmpty();
      connection.createStatement().execute("create table kept as select 7 as number");
    }
    assertThat(Postmaster.of(folder.resolve("data"))).isEmpty();
    try (var postgres = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED);
        Connection connection = connect(postgres)) {
      assertThat(ask(connection, "select number from kept")).isEqualTo("7");
    }
  }

  @Test
  void it_is_started_again_after_it_was_killed() throws Exception {
    try (var postgres = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED)) {
      int first = postmaster();
      try (PidFd process = PidFd.open(first)) {
        process.signal(PidFd.SIGKILL);
      }
      Connection again = null;
      while (again == null) {
        try {
          again = connect(postgres);
        } catch (SQLException notYet) {
          Thread.onSpinWait();
        }
      }
      assertThat(ask(again, "select 1")).isEqualTo("1");
      again.close();
      assertThat(postmaster()).isNotEqualTo(first);
    }
  }

  @Test
  void two_at_once_on_one_folder_are_refused_and_so_is_another_major_version() throws Exception {
    try (var postgres = EmbeddedPostgres.open(folder, ExternalPostgres.SHARED)) {
      assertThat(postgres.isReady()).isTrue();
      assertThatThrownBy(() -> EmbeddedPostgres.open(folder, ExternalPostgres.SHARED))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process has the database");
    }
    Files.writeString(folder.resolve("data").resolve("PG_VERSION"), "17\n");
    assertThatThrownBy(() -> EmbeddedPostgres.open(folder, ExternalPostgres.SHARED))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are of PostgreSQL 17, this installation has 18")
        .hasMessageContaining("pg_dumpall")
        .hasMessageContaining("--database");
  }
}
