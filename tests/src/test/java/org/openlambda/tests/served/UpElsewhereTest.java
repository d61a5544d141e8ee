package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.postgres.ExternalPostgres;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Server;

/// `ol up --database`: on a PostgreSQL 15 that is not ours, as a role that owns one database.
@Tag("root")
@Timeout(300)
final class UpElsewhereTest {
  @TempDir private Path folder;
  private ExternalPostgres postgres;

  @BeforeEach
  void start() throws Exception {
    postgres = ExternalPostgres.start(folder.resolve("postgres"), "15");
  }

  @AfterEach
  void stop() {
    postgres.close();
  }

  private String url() {
    return postgres.url(ExternalPostgres.DATABASE, "?sslmode=require");
  }

  private Server up(String data) throws IOException {
    return Server.up(folder.resolve(data), "127.0.0.1:0", "--database", url());
  }

  @Test
  void a_function_lives_its_life_and_outlives_a_stop_of_the_database() throws Exception {
    try (Server server = up("node")) {
      AwsClient client = AwsClient.of(server);
      assertThat(client.python("boto3_life.py"))
          .isEqualTo("boto3 " + AwsClient.BOTO3 + ": all as with AWS Lambda");
      assertThat(client.step("make", "one")).isEqualTo("made");
      postgres.stop();
      assertThat(client.step("call", "one")).isEqualTo("one");
      assertThat(client.step("make", "two")).isEqualTo("503 ServiceException");
      postgres.startAgain();
      Eventually.require(() -> client.step("make", "three"), "made"::equals);
      assertThat(client.step("call", "one")).isEqualTo("one");
    }
    assertThat(folder.resolve("node/postgres")).as("no server of its own").doesNotExist();
  }

  @Test
  void by_its_unix_socket_too() throws Exception {
    String url = postgres.socketUrl(ExternalPostgres.DATABASE);
    try (Server server = Server.up(folder.resolve("node"), "127.0.0.1:0", "--database=" + url)) {
      AwsClient client = AwsClient.of(server);
      assertThat(client.step("make", "one")).isEqualTo("made");
      assertThat(client.step("call", "one")).isEqualTo("one");
    }
  }

  @Test
  void the_password_is_nowhere_but_in_the_environment() throws Exception {
    try (Server server = up("node")) {
      assertThat(AwsClient.of(server).step("make", "one")).isEqualTo("made");
      assertThat(commandLines())
          .contains(folder.resolve("node").toString())
          .doesNotContain(secrets());
      Server.Ended status = Server.run("status", "--data", folder.resolve("node").toString());
      assertThat(status.output())
          .contains("database  postgresql://localhost:" + postgres.port() + "/functions\n")
          .doesNotContain(secrets());
      assertThat(String.join("\n", server.said())).doesNotContain(secrets());
    }
    try (Stream<Path> files = Files.walk(folder.resolve("node"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secrets());
      }
    }
    postgres.stop();
    Server.Ended refused =
        Server.run(
            "up",
            "--data",
            folder.resolve("node").toString(),
            "--listen",
            "127.0.0.1:0",
            "--database",
            url());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output())
        .contains("the database postgresql://localhost:" + postgres.port() + "/functions cannot")
        .doesNotContain(secrets());
    Server.Ended wrong = Server.run("up", "--database", url() + "&sslmod=require");
    assertThat(wrong.output())
        .contains("--database: the address has an option")
        .doesNotContain(secrets());
  }

  /// Pieces of the password, as it is and as it stands in a URL.
  private static String[] secrets() {
    return new String[] {"p@ss/w?rd", "p%40ss%2Fw"};
  }

  private static String commandLines() throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.filter(p -> p.toString().matches("/proc/[0-9]+")).toList()) {
        try {
          all.append(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
          all.append('\n');
        }
      }
    }
    return all.toString();
  }

  @Test
  void two_nodes_serve_what_either_was_told() throws Exception {
    try (Server first = up("first")) {
      AwsClient one = AwsClient.of(first);
      assertThat(one.step("make", "early")).isEqualTo("made");
      Path second = Files.createDirectory(folder.resolve("second"));
      Files.copy(folder.resolve("first/secret.key"), second.resolve("secret.key"));
      Files.createSymbolicLink(second.resolve("bundles"), folder.resolve("first/bundles"));
      try (Server other = up("second")) {
        AwsClient two = one.at(other);
        assertThat(two.step("call", "early")).isEqualTo("early");
        assertThat(one.step("make", "here")).isEqualTo("made");
        assertThat(two.step("call", "here")).isEqualTo("here");
        assertThat(two.step("make", "there")).isEqualTo("made");
        assertThat(one.step("call", "there")).isEqualTo("there");
        assertThat(List.of(one.step("list"), two.step("list"))).containsOnly("early here there");
      }
    }
  }

  @Test
  void a_node_with_another_key_is_refused_and_told_which_one_it_needs() throws Exception {
    try (Server first = up("first")) {
      assertThat(AwsClient.of(first).step("make", "one")).isEqualTo("made");
    }
    Server.Ended second =
        Server.run(
            "up",
            "--data",
            folder.resolve("second").toString(),
            "--listen",
            "127.0.0.1:0",
            "--database",
            url());
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.output())
        .contains("second/secret.key is not the key that the secrets in this database")
        .contains("the secret.key of the server that has written them");
  }
}
