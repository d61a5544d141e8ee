package org.openlambda.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.postgres.ExternalPostgres;

/// What is said and done to get at a server that is not ours.
@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalDatabaseTest {
  private static final String PASS_FILE = "org.postgresql.pgpassfile";

  private Path folder;
  private ExternalPostgres server;

  @BeforeAll
  void start(@TempDir Path empty) throws Exception {
    folder = empty;
    server = ExternalPostgres.start(folder.resolve("server"), "15");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static String ask(String url, String question) throws IOException {
    try (Database database = Database.open(DatabaseAddress.parse(url))) {
      return database.<String, RuntimeException>read(
          t -> t.sql().createQuery(question).mapTo(String.class).one());
    }
  }

  private String url(String query) {
    return server.url(ExternalPostgres.DATABASE, query);
  }

  @Test
  void tls_is_as_the_url_says() throws Exception {
    String isEncrypted = "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()";
    String verified = "?sslmode=verify-full&sslrootcert=" + server.certificate();
    assertThat(ask(url(verified), isEncrypted)).isEqualTo("true");
    assertThat(ask(url("?sslmode=require"), isEncrypted)).isEqualTo("true");
    assertThat(ask(url("?sslmode=disable"), isEncrypted)).isEqualTo("false");
    String byAddress = url(verified).replace("@localhost:", "@127.0.0.1:");
    assertThatThrownBy(() -> ask(byAddress, isEncrypted))
        .as("the certificate is of localhost")
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("127.0.0.1");
    Path none = Files.writeString(folder.resolve("none.pem"), "");
    assertThatThrownBy(() -> ask(url("?sslmode=verify-ca&sslrootcert=" + none), isEncrypted))
        .as("nobody is believed")
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void what_goes_wrong_is_said_without_the_password() throws Exception {
    String wrong = url("").replace("p%40ss", "wr0ng");
    assertThatThrownBy(() -> ask(wrong, "select 1"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("postgresql://localhost:" + server.port() + "/functions")
        .hasMessageContaining("password authentication failed for user \"ada\"")
        .satisfies(e -> assertThat(whole(e)).doesNotContain("wr0ng", "w?rd#1"));
    assertThatThrownBy(() -> ask(url("").replace("/functions", "/nothing"), "select 1"))
        .hasMessageContaining("database \"nothing\" does not exist")
        .satisfies(e -> assertThat(whole(e)).doesNotContain(ExternalPostgres.PASSWORD));
    assertThat(DatabaseAddress.parse(url("?sslpassword=secret")).toString())
        .doesNotContain("ss/w", "secret");
  }

  private static String whole(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void a_password_may_be_in_the_file_that_postgresql_has_for_it() throws Exception {
    Path file = folder.resolve("pgpass");
    String escaped = ExternalPostgres.PASSWORD.replace("\\", "\\\\").replace(":", "\\:");
    Files.writeString(file, "localhost:%d:*:ada:%s\n".formatted(server.port(), escaped));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    System.setProperty(PASS_FILE, file.toString());
    try {
      assertThat(ask(server.urlOfNobody(), "select current_user")).isEqualTo("ada");
    } finally {
      System.clearProperty(PASS_FILE);
    }
  }

  @Test
  void a_server_older_than_15_is_refused_and_told_what_to_do() throws Exception {
    try (var older = ExternalPostgres.start(folder.resolve("older"), "14")) {
      assertThatThrownBy(() -> ask(older.url(ExternalPostgres.DATABASE, ""), "select 1"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("is PostgreSQL 14.")
          .hasMessageContaining(
              "15 or newer is needed: upgrade it (pg_upgrade), or leave" + " --database out");
    }
  }
}
