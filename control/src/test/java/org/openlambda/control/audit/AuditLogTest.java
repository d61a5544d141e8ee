package org.openlambda.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditLogTest {
  private static final Account NOBODYS = new Account("000000000001");
  private static final AuditLog.Wanted ALL =
      new AuditLog.Wanted(
          Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), 100);

  private TestDatabase server;
  private Database database;
  private AuditLog log;

  /// Where it is kept.
  TestDatabase serverIn(Path folder) throws IOException {
    return new TestDatabase(folder);
  }

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    server = serverIn(folder.resolve("server"));
  }

  @BeforeEach
  void begin() throws Exception {
    database = Database.open(server.migrated());
    log = new AuditLog(database);
    execute("insert into account (id, name) values ('123456789012', 'main')");
    execute("insert into account (id, name) values ('000000000002', 'other')");
  }

  @AfterEach
  void end() {
    database.close();
  }

  @AfterAll
  void close() {
    server.close();
  }

  private void execute(String sql) throws Unavailable {
    database.<Integer, RuntimeException>write(t -> t.sql().execute(sql));
  }

  private static Actor actor(Account account) {
    return new Actor(
        new Principal(account, "ada", Role.ADMIN, "AKIA"), "127.0.0.1:1", RequestId.random());
  }

  private List<String> operations() throws Unavailable {
    return log.read(Account.FIRST, ALL).stream().map(entry -> entry.deed().operation()).toList();
  }

  @Test
  void what_did_not_take_place_is_not_told() throws Exception {
    assertThatThrownBy(() ->
            database.write(t -> {
              AuditLog.note(t, actor(Account.FIRST), Deed.done("CreateUser", "ada", 201));
              throw new IllegalArgumentException("on purpose");
            }))
        .hasMessage("on purpose");
    log.note(actor(Account.FIRST), Deed.done("DeleteUser", "ada", 204));
    assertThat(operations()).containsExactly("DeleteUser");
  }

  @Test
  void of_an_account_that_does_not_exist_nothing_is_kept() throws Exception {
    log.noteClaim(actor(NOBODYS), new Deed("Login", "ada", 401, "wrong-login"));
    log.noteClaim(actor(Account.FIRST), new Deed("Login", "ada", 401, "wrong-login"));
    assertThat(log.read(NOBODYS, ALL)).isEmpty();
    assertThat(operations()).containsExactly("Login");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set actor = 'eve'",
        "delete from audit",
        "truncate audit",
        "update audit set at = now() - interval '500 days'"
      })
  void what_is_written_stays(String sql) throws Exception {
    log.note(actor(Account.FIRST), Deed.done("CreateUser", "ada", 201));
    assertThatThrownBy(() -> execute(sql)).hasMessageContaining("the audit log is only added to");
    assertThat(operations()).containsExactly("CreateUser");
  }

  @Test
  void nobody_writes_of_another_time() throws Exception {
    execute(
        "insert into audit (at, account, actor, credential, peer, operation, resource, request,"
            + " status, code) values (now() - interval '500 days', '123456789012', 'ada', '', '',"
            + " 'CreateUser', '', '', 201, '')");
    execute("select forget_old_audit()");
    assertThat(operations()).containsExactly("CreateUser");
  }

  @Test
  void what_is_400_days_old_is_forgotten() throws Exception {
    log.note(actor(Account.FIRST), Deed.done("CreateUser", "ada", 201));
    execute("alter table audit disable trigger audit_rows");
    execute("update audit set at = now() - interval '399 days'");
    execute(
        "insert into audit (at, account, actor, credential, peer, operation, resource, request,"
            + " status, code) values (now() - interval '401 days', '123456789012', 'ada', '', '',"
            + " 'Old', '', '', 201, '')");
    execute("alter table audit enable trigger audit_rows");
    assertThat(operations()).containsExactly("Old", "CreateUser");
    execute("select forget_old_audit()");
    assertThat(operations()).containsExactly("CreateUser");
  }

  @Test
  void a_name_without_end_is_cut() {
    assertThat(Deed.done("CreateUser", "x".repeat(10_000) + "\0", 201).resource()).hasSize(512);
  }
}
