package org.openlambda.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownServersTest {
  private static final String ONE = "http://127.0.0.1:9000";
  private static final String TWO = "http://127.0.0.1:9001";
  private static final Key KEY = new Key("AKIAX", "secret");
  private static final Login LOGIN = new Login("olt_x", "123456789012", "ada", "2026-03-01");

  @TempDir private Path home;
  private KnownServers known;

  @BeforeEach
  void begin() {
    known = KnownServers.of(Map.of("HOME", home.toString()));
  }

  @Test
  void nothing_is_known_at_first() throws IOException {
    assertThat(known.addresses()).isEmpty();
    assertThat(known.current()).isEmpty();
    assertThat(known.key(ONE)).isEmpty();
    assertThat(known.login(ONE)).isEmpty();
    known.forgetLogin(ONE);
    assertThat(known.use(ONE)).isFalse();
  }

  @Test
  void the_server_that_was_met_last_is_meant_until_another_is_named() throws IOException {
    known.remember(ONE, KEY);
    known.remember(TWO, LOGIN);
    assertThat(known.current()).contains(TWO);
    assertThat(known.use(ONE)).isTrue();
    assertThat(known.current()).contains(ONE);
    assertThat(known.addresses()).containsExactly(ONE, TWO);
  }

  @Test
  void who_logs_out_still_has_a_key() throws IOException {
    known.remember(ONE, KEY);
    known.remember(ONE, LOGIN);
    assertThat(known.login(ONE)).contains(LOGIN);
    assertThat(known.key(ONE)).contains(KEY);
    known.forgetLogin(ONE);
    assertThat(known.login(ONE)).isEmpty();
    assertThat(known.key(ONE)).contains(KEY);
  }

  @Test
  void a_new_key_ends_what_was_logged_in() throws IOException {
    known.remember(ONE, LOGIN);
    known.remember(ONE, KEY);
    assertThat(known.login(ONE)).isEmpty();
  }

  @Test
  void only_its_owner_reads_the_file() throws IOException {
    known.remember(ONE, LOGIN);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(known.file())))
        .isEqualTo("rw-------");
    assertThat(LOGIN.toString()).doesNotContain("olt_x");
  }
}
