package org.openlambda.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openlambda.control.database.DatabaseAddress.Login;
import org.openlambda.control.database.DatabaseAddress.Network;
import org.openlambda.control.database.DatabaseAddress.Socket;

class DatabaseUrlTest {
  private static final Login ADA = new Login("ada", Optional.of("p@:/"));

  @Test
  void a_url_is_read_as_postgresql_reads_it() {
    assertThat(DatabaseAddress.parse("postgres://ada:p%40%3A%2F@db.example:5433/shop"))
        .isEqualTo(new Network("db.example:5433", ADA, "shop", Map.of()));
    assertThat(DatabaseAddress.parse("postgresql://ada:p@%3A%2F@[::1]:5433/a%20b"))
        .as("an @ in the password as it is")
        .isEqualTo(new Network("[::1]:5433", ADA, "a b", Map.of()));
    assertThat(DatabaseAddress.parse("postgres://db/shop?user=ada&password=p%40:/&sslmode=require"))
        .isEqualTo(new Network("db", ADA, "shop", Map.of("sslmode", "require")));
    assertThat(DatabaseAddress.parse("postgres://db/shop"))
        .isEqualTo(new Network("db", Login.of(System.getProperty("user.name")), "shop", Map.of()));
    assertThat(DatabaseAddress.parse("postgres://db/shop?channel_binding=require"))
        .extracting(address -> ((Network) address).options())
        .isEqualTo(Map.of("channelBinding", "require"));
  }

  @Test
  void a_unix_socket_is_named_by_its_folder() {
    var socket = new Socket(Path.of("/run/pg/.s.PGSQL.5432"), Login.of("ada"), "shop");
    assertThat(DatabaseAddress.parse("postgres://ada@/shop?host=/run/pg")).isEqualTo(socket);
    assertThat(DatabaseAddress.parse("postgres://ada@%2Frun%2Fpg/shop")).isEqualTo(socket);
    assertThat(DatabaseAddress.parse("postgres://ada@%2Frun%2Fpg:6000/shop"))
        .isEqualTo(new Socket(Path.of("/run/pg/.s.PGSQL.6000"), Login.of("ada"), "shop"));
    assertThat(DatabaseAddress.parse("postgres://ada@/shop?host=/run/pg&port=6000").shown())
        .isEqualTo("/run/pg/.s.PGSQL.6000 shop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://ada:hidden@db/shop | is postgres://USER:PASSWORD@HOST",
        "postgres://ada:hidden@db | is postgres://USER:PASSWORD@HOST",
        "postgres://ada:hid/den@db/shop | / is written %2F",
        "postgres://ada:hidden@a,b/shop | is postgres://USER:PASSWORD@HOST",
        "postgres://ada:hidden@/shop | names no host",
        "postgres://ada:hidden%x@db/shop | % that is not followed by two digits",
        "postgres://ada:hidden@db/shop?sslmod=require | there are channel_binding, host, options,",
        "postgres://ada:hidden@db/shop?sslmode=yes | sslmode=yes is not known; there are disable",
        "postgres://ada:hidden@db/shop?hidden | an option that is not known"
      })
  void what_is_wrong_is_said_without_the_password(String url, String words) {
    assertThatThrownBy(() -> DatabaseAddress.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hid"));
  }
}
