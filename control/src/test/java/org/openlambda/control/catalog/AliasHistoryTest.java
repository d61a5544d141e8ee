package org.openlambda.control.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import tools.jackson.databind.json.JsonMapper;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AliasHistoryTest {
  private TestDatabase server;
  private Catalog catalog;
  private FunctionId id = new FunctionId(Account.FIRST, new FunctionName("none"));

  /// Where it is kept.
  TestDatabase serverIn(Path folder) throws IOException {
    return new TestDatabase(folder);
  }

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    server = serverIn(folder.resolve("server"));
    catalog = new Catalog(Sealer.open(folder.resolve("secret.key")));
    server
        .database()
        .<Integer, RuntimeException>write(t ->
            t.sql()
                .execute(
                    "insert into account (id, name) values (?, 'first') on conflict do nothing",
                    Account.FIRST.text()));
  }

  @AfterAll
  void close() {
    server.close();
  }

  /// A function with the versions 1 to 6.
  @BeforeEach
  void make() throws Unavailable {
    id = new FunctionId(Account.FIRST, new FunctionName("f-" + UUID.randomUUID()));
    server
        .database()
        .<UUID, RuntimeException>write(t -> {
          UUID key = catalog.insert(t, id, Map.of());
          for (int number = 0; number <= 6; number++) {
            catalog.put(t, key, id, version(number));
          }
          return key;
        });
  }

  private static KeptVersion version(int number) {
    var digest = new Digest("%064x".formatted(number));
    return new KeptVersion(
        number,
        new KeptCode(digest, digest, 1),
        JsonMapper.shared().createObjectNode(),
        Optional.empty(),
        UUID.randomUUID(),
        Catalog.moment(Instant.EPOCH));
  }

  private interface Change<T> {
    T make(Transaction t, Function function);
  }

  private <T> T change(Change<T> change) throws Unavailable {
    return server
        .database()
        .<T, RuntimeException>write(t -> change.make(t, catalog.find(t, id).orElseThrow()));
  }

  private void move(int version) throws Unavailable {
    move(version, Optional.empty(), "");
  }

  private void move(int version, Optional<Alias.Share> share, String description)
      throws Unavailable {
    var alias = new Alias("live", version, share, description, UUID.randomUUID());
    change((t, function) -> {
      catalog.put(t, function, alias);
      return alias;
    });
  }

  /// What the alias names after going back once, in words.
  private String back() throws Unavailable {
    Optional<Alias> after =
        change((t, function) -> AliasHistory.rollBack(t, function, alias(function)));
    Alias kept = now();
    after.ifPresent(told -> assertThat(told).isEqualTo(kept));
    return after
        .map(alias ->
            alias.version()
                + alias.other().map(o -> "+%d@%s".formatted(o.version(), o.weight())).orElse(""))
        .orElse("nothing");
  }

  private Alias now() throws Unavailable {
    return change((_, function) -> alias(function));
  }

  private static Alias alias(Function function) {
    return Objects.requireNonNull(function.aliases().get("live"));
  }

  private List<String> back(int times) throws Unavailable {
    var all = new ArrayList<String>();
    for (int i = 0; i < times; i++) {
      all.add(back());
    }
    return all;
  }

  @Test
  void each_step_goes_further_back_until_there_is_nothing() throws Exception {
    for (int version = 1; version <= 4; version++) {
      move(version);
    }
    assertThat(back(4)).containsExactly("3", "2", "1", "nothing");
    assertThat(now().version()).isEqualTo(1);
  }

  @Test
  void what_was_taken_back_is_not_gone_to_again_after_the_next_move() throws Exception {
    move(1);
    move(2);
    move(3);
    assertThat(back(1)).containsExactly("2");
    move(4);
    assertThat(back(3)).containsExactly("2", "1", "nothing");
    move(5);
    assertThat(back(2)).containsExactly("1", "nothing");
  }

  @Test
  void weights_are_part_of_what_an_alias_named_and_descriptions_are_not() throws Exception {
    move(1);
    move(1, Optional.of(new Alias.Share(2, 0.1)), "");
    move(1, Optional.of(new Alias.Share(2, 0.1)), "said otherwise");
    move(2);
    assertThat(back(3)).containsExactly("1+2@0.1", "1", "nothing");
    assertThat(now().description()).isEmpty();
  }

  @Test
  void versions_that_are_no_more_are_passed_over() throws Exception {
    move(1);
    move(2);
    move(1, Optional.of(new Alias.Share(3, 0.5)), "");
    move(4);
    change((t, function) -> {
      catalog.deleteVersion(t, function, 2);
      catalog.deleteVersion(t, function, 3);
      return true;
    });
    assertThat(back(2)).containsExactly("1", "nothing");
  }

  @Test
  void an_alias_that_was_removed_begins_anew() throws Exception {
    move(1);
    move(2);
    change((t, function) -> {
      catalog.deleteAlias(t, function, "live");
      return true;
    });
    move(3);
    assertThat(back(1)).containsExactly("nothing");
  }

  @Test
  void the_last_hundred_steps_are_kept() throws Exception {
    for (int i = 0; i <= 2 * AliasHistory.MOST_KEPT; i++) {
      move(1 + i % 2);
    }
    assertThat(back(AliasHistory.MOST_KEPT + 1))
        .hasSizeLessThanOrEqualTo(AliasHistory.MOST_KEPT + 1)
        .endsWith("nothing");
    long rows =
        server
            .database()
            .<Long, RuntimeException>read(t ->
                t.sql()
                    .createQuery(
                        "select count(*) from alias_history h join function f on f.id = h.function"
                            + " where f.name = ?")
                    .bind(0, id.name().text())
                    .mapTo(Long.class)
                    .one());
    assertThat(rows).isEqualTo(AliasHistory.MOST_KEPT);
  }
}
