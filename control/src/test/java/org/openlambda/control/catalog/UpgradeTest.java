package org.openlambda.control.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.Members;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;

/// What an earlier release has written, in each of its tables, is what this one reads.
@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpgradeTest {
  private static final FunctionId HELLO = new FunctionId(Account.FIRST, new FunctionName("hello"));
  private static final Account OTHER = new Account("000000000002");

  /// What each version of the schema has brought, in its order: rows of its tables (the fifth has
  /// brought columns alone). `live` has named 1, then 1 with half of the calls to 2, then 2, and
  /// names 3; `test` has named 2, and names 1; `gone` was removed.
  private static final List<String> ROWS =
      List.of(
          """
          insert into account (id, name, created) values
            ('123456789012', 'main', '2026-01-01'), ('000000000002', 'other', '2026-01-02');
          insert into member (id, account, name, role) values
            ('00000000-0000-4000-8000-00000000000a', '123456789012', 'admin', 'admin');
          insert into access_key (id, member, secret) values
            ('AKIAOLDOLDOLDOLDOLD2', '00000000-0000-4000-8000-00000000000a', '\\x01');
          insert into code values (repeat('a', 64), repeat('b', 64), 1);
          insert into function (id, account, name, next_version, reserved, tags) values
            ('00000000-0000-4000-8000-000000000001', '123456789012', 'hello', 4, 7, '{"team": "a"}');
          insert into version
            select '00000000-0000-4000-8000-000000000001', number, repeat('a', 64), '{"Timeout": 3}',
              null, gen_random_uuid(), now() from generate_series(0, 3) number;
          insert into alias_history (function, alias, version, other, weight) values
            ('00000000-0000-4000-8000-000000000001', 'live', 1, null, null),
            ('00000000-0000-4000-8000-000000000001', 'gone', 3, null, null),
            ('00000000-0000-4000-8000-000000000001', 'live', 1, 2, 0.5),
            ('00000000-0000-4000-8000-000000000001', 'test', 2, null, null),
            ('00000000-0000-4000-8000-000000000001', 'live', 2, null, null);
          insert into alias (function, name, version, description, revision) values
            ('00000000-0000-4000-8000-000000000001', 'live', 3, 'for all', gen_random_uuid()),
            ('00000000-0000-4000-8000-000000000001', 'test', 1, '', gen_random_uuid());
          insert into change (kind, account, name) values ('function', '123456789012', 'hello');
          """,
          """
          insert into setting values
            ('00000000-0000-4000-8000-000000000001', '', 'url',
              '{"UrlId": "aaaabbbbccccddddaaaabbbbccccdddd", "AuthType": "NONE"}', gen_random_uuid(),
              now(), now()),
            ('00000000-0000-4000-8000-000000000001', 'live', 'policy', '{"Statement": []}',
              gen_random_uuid(), now(), now());
          """,
          """
          update account set operator = true where id = '123456789012';
          update member set password = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';
          insert into token values ('token-0000000000000001', decode(repeat('ab', 32), 'hex'),
            '00000000-0000-4000-8000-00000000000a', now(), now() + interval '1 day');
          insert into audit (account, actor, credential, peer, operation, resource, request, status,
              code)
            values ('123456789012', 'admin', 'AKIA', '127.0.0.1:1', 'CreateFunction', 'hello', 'r',
              201, '');
          """,
          """
          insert into layer (id, account, name, next_version) values
            ('00000000-0000-4000-8000-000000000003', '123456789012', 'numbers', 3);
          insert into layer_version values
            ('00000000-0000-4000-8000-000000000003', 2, repeat('a', 64), '{"Description": "d"}', now());
          """);

  private TestDatabase server;
  private Catalog catalog;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    server = new TestDatabase(folder.resolve("server"));
    catalog = new Catalog(Sealer.open(folder.resolve("secret.key")));
  }

  @AfterAll
  void close() {
    server.close();
  }

  /// A database that an earlier release has written, as this one opens it.
  private Database upgraded(int schema) throws IOException {
    DatabaseAddress address = server.fresh();
    for (int version = 1; version <= Math.min(schema, ROWS.size()); version++) {
      String rows = ROWS.get(version - 1);
      try (Database earlier = TestDatabase.open(address, Integer.toString(version))) {
        earlier.<int[], RuntimeException>write(t -> t.sql().createScript(rows).execute());
      }
    }
    return Database.open(address);
  }

  private Function hello(Database database) throws Unavailable {
    return database
        .<Optional<Function>, RuntimeException>read(t -> catalog.find(t, HELLO))
        .orElseThrow();
  }

  /// What an alias names after each step back, until there is none.
  private List<String> back(Database database, String name) throws Unavailable {
    var steps = new ArrayList<String>();
    while (true) {
      Function function = hello(database);
      Alias alias = Objects.requireNonNull(function.aliases().get(name));
      Optional<Alias> before =
          database.<Optional<Alias>, RuntimeException>write(
              t -> AliasHistory.rollBack(t, function, alias));
      if (before.isEmpty()) {
        return steps;
      }
      steps.add(
          before.get().version()
              + before
                  .get()
                  .other()
                  .map(share -> "+%d@%s".formatted(share.version(), share.weight()))
                  .orElse(""));
    }
  }

  private static long count(Database database, String what) throws Unavailable {
    return database.<Long, RuntimeException>read(
        t -> t.sql().createQuery("select count(*) from " + what).mapTo(Long.class).one());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aliases_go_back_to_what_they_named_before_the_upgrade(int schema) throws Exception {
    try (Database database = upgraded(schema)) {
      assertThat(back(database, "live")).containsExactly("2", "1+2@0.5", "1");
      assertThat(back(database, "test")).containsExactly("2");
      assertThat(hello(database).aliases().get("live"))
          .isNotNull()
          .extracting(Alias::description)
          .isEqualTo("for all");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void what_each_table_held_is_there_after_the_upgrade(int schema) throws Exception {
    try (Database database = upgraded(schema)) {
      Function hello = hello(database);
      assertThat(hello.versions().keySet()).containsExactly(0, 1, 2, 3);
      assertThat(hello.latest().configuration().get("Timeout").intValue()).isEqualTo(3);
      assertThat(hello.reserved()).hasValue(7);
      assertThat(hello.nextVersion()).isEqualTo(4);
      assertThat(hello.tags()).containsEntry("team", "a");
      assertThat(hello.setting(Setting.Kind.URL, "").isPresent()).isEqualTo(schema >= 2);
      assertThat(hello.setting(Setting.Kind.POLICY, "live").isPresent()).isEqualTo(schema >= 2);
      assertThat(
              database.<Boolean, RuntimeException>read(t -> Members.isOperator(t, Account.FIRST)))
          .as("the first account is the operator's")
          .isTrue();
      assertThat(database.<Boolean, RuntimeException>read(t -> Members.isOperator(t, OTHER)))
          .isFalse();
      assertThat(count(database, "access_key where active")).isEqualTo(1);
      assertThat(count(database, "member where password is not null"))
          .isEqualTo(schema >= 3 ? 1 : 0);
      assertThat(count(database, "token")).isEqualTo(schema >= 3 ? 1 : 0);
      assertThat(count(database, "audit where resource = 'hello'")).isEqualTo(schema >= 3 ? 1 : 0);
      assertThat(count(database, "layer_version where number = 2")).isEqualTo(schema >= 4 ? 1 : 0);
    }
  }
}
