package org.openlambda.control.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.database.ChangeFeed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembersTest {
  private static final Account SHOP = new Account("210987654321");

  private final MovableTime time = new MovableTime();
  private final Tokens tokens = new Tokens();
  private TestDatabase server;
  private Sealer sealer;
  private Database database;
  private AccessKeys keys;
  private Credential first;
  private KnownKeys known;

  /// Where it is kept.
  TestDatabase serverIn(Path folder) throws IOException {
    return new TestDatabase(folder);
  }

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    server = serverIn(folder.resolve("server"));
    sealer = Sealer.open(folder.resolve("secret.key"));
  }

  @BeforeEach
  void begin() throws Exception {
    if (database != null) {
      database.close();
    }
    database = Database.open(server.migrated());
    keys = new AccessKeys(sealer);
    first = database.write(t -> keys.first(t, Account.FIRST)).orElseThrow();
    known = new KnownKeys(database, keys, tokens, time);
  }

  @AfterAll
  void close() {
    database.close();
    server.close();
  }

  private User user(String name, Role role) throws Denied, Unavailable {
    return database.write(t -> Members.add(t, Account.FIRST, name, role));
  }

  private User admin() throws Denied, Unavailable {
    return database.read(t -> Members.named(t, Account.FIRST, "admin"));
  }

  private static void assertDenied(String cause, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            Denied.class, denied -> assertThat(denied.reply().cause()).isEqualTo(cause));
  }

  @Test
  void the_first_start_makes_one_account_one_administrator_and_one_key() throws Exception {
    assertThat(known.find(first.id())).contains(first);
    assertThat(first.principal())
        .isEqualTo(new Principal(Account.FIRST, "admin", Role.ADMIN, first.id()));
    assertThat(database.<Optional<Credential>, RuntimeException>write(t -> keys.first(t, SHOP)))
        .isEmpty();
    assertThat(database.<Boolean, RuntimeException>read(t -> Members.isOperator(t, Account.FIRST)))
        .isTrue();
  }

  @Test
  void a_secret_is_nowhere_in_the_database_in_the_clear() throws Exception {
    byte[] stored =
        database.<byte[], RuntimeException>read(
            t -> t.sql().createQuery("select secret from access_key").mapTo(byte[].class).one());
    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(first.secret());
  }

  @Test
  void a_key_that_is_taken_out_of_use_is_known_again_with_the_same_secret() throws Exception {
    known.refresh();
    change(() -> keysOf(false));
    assertThat(known.find(first.id())).isEmpty();
    change(() -> keysOf(true));
    assertThat(known.find(first.id())).contains(first);
    var restarted = new KnownKeys(database, new AccessKeys(sealer), tokens, time);
    assertThat(restarted.find(first.id())).contains(first);
  }

  private interface Change {
    void run() throws Exception;
  }

  private void change(Change change) throws Exception {
    change.run();
    known.refresh();
  }

  private void keysOf(boolean active) throws Denied, Unavailable {
    database.<Boolean, Denied>write(t -> {
      keys.activate(t, Account.FIRST, first.id(), active);
      return true;
    });
  }

  @Test
  void a_token_is_good_until_it_expires() throws Exception {
    User ada = user("ada", Role.DEVELOPER);
    Tokens.Made made =
        database.<Tokens.Made, RuntimeException>write(
            t -> tokens.make(t, ada, time.now(), Duration.ofDays(30)));
    assertThat(known.holder(made.token())).isEmpty();
    known.refresh();
    assertThat(known.holder(made.token()))
        .contains(new Principal(Account.FIRST, "ada", Role.DEVELOPER, made.id()));
    time.pass(Duration.ofDays(30).minusMillis(1));
    assertThat(known.holder(made.token())).isPresent();
    time.pass(Duration.ofMillis(1));
    assertThat(known.holder(made.token())).isEmpty();
    known.refresh();
    assertThat(known.holder(made.token())).isEmpty();
    assertThat(known.holder(made.id())).isEmpty();
    assertThat(made.toString()).doesNotContain(made.token());
  }

  @Test
  void of_51_tokens_the_oldest_is_gone() throws Exception {
    User ada = user("ada", Role.DEVELOPER);
    Optional<Tokens.Made> oldest = Optional.empty();
    for (int i = 0; i <= Tokens.MOST; i++) {
      Tokens.Made made =
          database.<Tokens.Made, RuntimeException>write(
              t -> tokens.make(t, ada, time.now(), Tokens.USUAL));
      oldest = oldest.or(() -> Optional.of(made));
    }
    known.refresh();
    assertThat(known.holder(oldest.orElseThrow().token())).isEmpty();
    assertThat(
            database.<Integer, RuntimeException>read(
                t -> tokens.list(t, Account.FIRST, Optional.of("ada")).size()))
        .isEqualTo(Tokens.MOST);
  }

  @Test
  void the_number_of_an_account_that_was_deleted_is_not_given_again() throws Exception {
    database.<Boolean, Denied>write(t -> {
      Members.add(t, SHOP, "shop", false);
      Members.delete(t, SHOP);
      return true;
    });
    assertDenied("account-number-used", () -> add(SHOP, "other"));
    Account another = new Account("210987654322");
    add(another, "shop");
    assertThat(
            database.<Set<Account>, RuntimeException>read(
                t -> Members.retired(t, List.of(Account.FIRST, SHOP, another))))
        .containsExactly(SHOP);
  }

  private void add(Account account, String name) throws Denied, Unavailable {
    database.<Boolean, Denied>write(t -> {
      Members.add(t, account, name, false);
      return true;
    });
  }

  @Test
  void an_account_always_has_an_administrator() throws Exception {
    assertDenied("last-administrator", () -> demote(admin()));
    assertDenied("last-administrator", () -> delete(admin()));
    user("eve", Role.ADMIN);
    demote(admin());
    assertThat(admin().role()).isEqualTo(Role.INVOKER);
    delete(admin());
    assertDenied("unknown-user", this::admin);
    known.refresh();
    assertThat(known.find(first.id())).as("its key goes with it").isEmpty();
  }

  private void demote(User user) throws Denied, Unavailable {
    database.<Boolean, Denied>write(t -> {
      Members.change(t, user, Role.INVOKER);
      return true;
    });
  }

  private void delete(User user) throws Denied, Unavailable {
    database.<Boolean, Denied>write(t -> {
      Members.delete(t, user);
      return true;
    });
  }

  /// What [org.openlambda.control.database.ChangeFeed] tells every node.
  private long revision() throws Unavailable {
    return database.<Long, RuntimeException>read(ChangeFeed::newest);
  }

  private interface Doing {
    void with(Transaction t) throws Denied;
  }

  private void assertTold(String what, Doing doing) throws Denied, Unavailable {
    long before = revision();
    database.<Boolean, Denied>write(t -> {
      doing.with(t);
      return true;
    });
    assertThat(revision()).as(what).isGreaterThan(before);
  }

  @Test
  void every_node_is_told_of_every_change_that_lets_somebody_in_or_keeps_them_out()
      throws Exception {
    User ada = user("ada", Role.DEVELOPER);
    String key = database.write(t -> keys.make(t, ada)).id();
    assertTold("a key that is made", t -> keys.make(t, ada));
    assertTold("taken out of use", t -> keys.activate(t, Account.FIRST, key, false));
    assertTold("deleted", t -> keys.delete(t, Account.FIRST, key));
    assertTold("a token", t -> tokens.make(t, ada, time.now(), Tokens.USUAL));
    String token =
        database.<String, RuntimeException>write(
            t -> tokens.make(t, ada, time.now(), Tokens.USUAL).id());
    assertTold("its end", t -> tokens.delete(t, Account.FIRST, Optional.of("ada"), token));
    assertTold("a password", t -> Members.setPassword(t, ada, "hash"));
    assertTold("a role", t -> Members.change(t, ada, Role.INVOKER));
    assertTold("a user that is deleted", t -> Members.delete(t, ada));
    database.<Boolean, Denied>write(t -> {
      Members.add(t, SHOP, "shop", false);
      return true;
    });
    assertTold("an account that is deleted", t -> Members.delete(t, SHOP));
  }

  @Test
  void a_user_has_ten_keys_an_account_a_thousand_users_and_a_server_ten_thousand_accounts()
      throws Exception {
    for (int i = 1; i < AccessKeys.MOST; i++) {
      database.write(t -> keys.make(t, Members.named(t, Account.FIRST, "admin")));
    }
    assertDenied(
        "too-many-keys",
        () -> database.write(t -> keys.make(t, Members.named(t, Account.FIRST, "admin"))));
    fill(
        "insert into member (account, name, role) select '123456789012', 'user' || n, 'invoker'"
            + " from generate_series(2, %d) n",
        Members.MOST_USERS);
    assertDenied("too-many-users", () -> user("ada", Role.INVOKER));
    fill(
        "insert into account (id, name) select lpad(n::text, 12, '0'), 'account' || n"
            + " from generate_series(2, %d) n",
        Members.MOST_ACCOUNTS);
    assertDenied(
        "too-many-accounts",
        () ->
            database.<Boolean, Denied>write(t -> {
              Members.add(t, SHOP, "shop", false);
              return true;
            }));
  }

  private void fill(String sql, int most) throws Unavailable {
    database.<Integer, RuntimeException>write(t -> t.sql().execute(sql.formatted(most)));
  }
}
