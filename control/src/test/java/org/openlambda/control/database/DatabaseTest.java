package org.openlambda.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.identity.MovableTime;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.time.Time;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest {
  private static final FunctionId HELLO = new FunctionId(Account.FIRST, new FunctionName("hello"));

  private Path folder;
  private TestDatabase server;
  private Database database;

  /// Where it is kept.
  TestDatabase serverIn(Path place) throws IOException {
    return new TestDatabase(place);
  }

  @BeforeAll
  void open(@TempDir Path empty) throws IOException {
    folder = empty;
    server = serverIn(folder.resolve("server"));
  }

  @BeforeEach
  void fresh() throws IOException, SQLException {
    if (database != null) {
      database.close();
    }
    database = Database.open(server.migrated());
  }

  @AfterAll
  void close() {
    database.close();
    server.close();
  }

  private long count() throws Unavailable {
    return database.read(
        t -> t.sql().createQuery("select count(*) from account").mapTo(Long.class).one());
  }

  private void enter(String id) throws Unavailable {
    database.write(t -> t.sql().execute("insert into account values (?, ?)", id, "name of " + id));
  }

  @Test
  void a_write_takes_place_whole_or_not_at_all() throws Unavailable {
    enter("000000000001");
    assertThatThrownBy(() ->
            database.write(t -> {
              t.sql().execute("insert into account values ('000000000002', 'two')");
              throw new IOException("on purpose");
            }))
        .isInstanceOf(IOException.class)
        .hasMessage("on purpose");
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void what_only_reads_cannot_write() {
    assertThatThrownBy(() ->
            database.read(t -> t.sql().execute("insert into account values ('000000000003', 'x')")))
        .hasMessageContaining("read-only");
  }

  @Test
  void opening_it_again_finds_what_is_there() throws Exception {
    DatabaseAddress address = server.fresh();
    try (Database first = Database.open(address)) {
      first.write(t -> t.sql().execute("insert into account values ('000000000004', 'four')"));
    }
    try (Database second = Database.open(address)) {
      assertThat(
              second.<String, RuntimeException>read(
                  t -> t.sql().createQuery("select name from account").mapTo(String.class).one()))
          .isEqualTo("four");
    }
  }

  @Test
  void accounts_that_only_the_audit_log_tells_of_were_deleted_before_the_upgrade()
      throws Exception {
    DatabaseAddress address = server.fresh();
    try (Database earlier = Database.open(address, "5")) {
      earlier.<int[], RuntimeException>write(t ->
          t.sql()
              .createScript(
                  """
                  insert into account (id, name) values ('000000000001', 'there');
                  insert into audit (account, actor, credential, peer, operation, resource, request,
                    status, code)
                  select id, 'ada', 'AKIA', 'peer', 'Login', '', '', 200, '' from
                    unnest(array['000000000001', '000000000002', '000000000002']) id;
                  """)
              .execute());
    }
    try (Database now = Database.open(address)) {
      assertThat(
              now.<List<String>, RuntimeException>read(t ->
                  t.sql().createQuery("select id from retired_account").mapTo(String.class).list()))
          .containsExactly("000000000002");
    }
  }

  @Test
  void a_change_is_told_within_50_ms_and_in_order() throws Exception {
    var told = new LinkedBlockingQueue<Change>();
    try (var _ = new ChangeFeed(database, 0, told::addAll, Time.system())) {
      database.write(t -> noted(t, HELLO));
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfFunction(HELLO));
      var times = new ArrayList<Long>();
      for (int i = 0; i < 50; i++) {
        database.write(t -> noted(t, HELLO));
        long written = System.nanoTime();
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfFunction(HELLO));
        times.add((System.nanoTime() - written) / 1_000_000);
      }
      times.sort(null);
      assertThat(times.get(25)).as("median of %s ms", times).isLessThan(50);
      database.write(t -> {
        t.identitiesChanged();
        t.changed(HELLO);
        return 0;
      });
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfIdentities());
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfFunction(HELLO));
    }
  }

  private static int noted(Transaction transaction, FunctionId function) {
    transaction.changed(function);
    return 0;
  }

  @Test
  void changes_are_kept_a_day_and_who_was_away_for_longer_reads_everything() throws Exception {
    var time = new MovableTime();
    var told = new LinkedBlockingQueue<Change>();
    long before = database.read(ChangeFeed::newest);
    database.write(t -> noted(t, HELLO));
    age("25 hours");
    database.write(t -> noted(t, HELLO));
    age("23 hours");
    try (var _ = new ChangeFeed(database, before, told::addAll, time)) {
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfFunction(HELLO));
      time.pass(Duration.ofMinutes(11));
      database.write(t -> noted(t, HELLO));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (changes() > 2 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(changes()).isEqualTo(2);
    }
    told.clear();
    try (var _ = new ChangeFeed(database, before, told::addAll, time)) {
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfAll());
    }
  }

  /// Makes the newest change so old.
  private void age(String interval) throws Unavailable {
    database.write(t ->
        t.sql()
            .execute(
                "update change set at = now() - interval '"
                    + interval
                    + "' where revision = (select max(revision) from change)"));
  }

  private long changes() throws Unavailable {
    return database.read(
        t -> t.sql().createQuery("select count(*) from change").mapTo(Long.class).one());
  }

  @Test
  void eight_calls_use_the_database_at_once_and_a_ninth_connection_listens() throws Exception {
    var told = new LinkedBlockingQueue<Change>();
    var release = new CountDownLatch(1);
    var running = new ArrayList<Thread>();
    try (var _ = new ChangeFeed(database, 0, told::addAll, Time.system())) {
      database.write(t -> noted(t, HELLO));
      assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
      var begun = new Semaphore(0);
      for (int i = 0; i < 20; i++) {
        running.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    database.read(t -> {
                      begun.release();
                      return held(release);
                    });
                  } catch (Unavailable | InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
      }
      assertThat(begun.tryAcquire(8, 20, TimeUnit.SECONDS)).isTrue();
      assertThat(connections()).isEqualTo(8 + 1);
      assertThat(begun.tryAcquire(50, TimeUnit.MILLISECONDS)).as("a ninth call").isFalse();
    } finally {
      release.countDown();
      for (Thread thread : running) {
        thread.join();
      }
    }
  }

  /// That are open to this database, but for the one that asks.
  private int connections() throws SQLException {
    try (Connection asking = database.connect();
        Statement statement = asking.createStatement();
        ResultSet count =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where datname = current_database()"
                    + " and backend_type = 'client backend' and pid <> pg_backend_pid()")) {
      count.next();
      return count.getInt(1);
    }
  }

  @Test
  void changes_while_the_feed_was_cut_off_are_told_when_it_is_back() throws Exception {
    var told = new LinkedBlockingQueue<Change>();
    try (var _ = new ChangeFeed(database, 0, told::addAll, Time.system())) {
      database.write(t -> noted(t, HELLO));
      assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
      cutOff();
      database.write(t -> noted(t, HELLO));
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(new Change.OfFunction(HELLO));
    }
  }

  /// Ends the connections of all that listen.
  private void cutOff() throws Unavailable {
    List<Boolean> ended =
        database.read(t ->
            t.sql()
                .createQuery(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query like"
                        + " '%from change%' and datname = current_database() and pid <>"
                        + " pg_backend_pid()")
                .mapTo(Boolean.class)
                .list());
    assertThat(ended).contains(true);
  }

  @Test
  void a_database_that_is_away_is_said_to_be_and_serves_again_when_it_is_back() throws Exception {
    enter("000000000005");
    try (var other = serverIn(folder.resolve("other"))) {
      Database its = other.database();
      its.<Integer, RuntimeException>write(t -> 0);
      other.stop();
      assertThatThrownBy(() -> its.<Integer, RuntimeException>write(t -> 0))
          .isInstanceOf(Unavailable.class);
      other.start();
      assertThat(its.<Integer, RuntimeException>write(t -> 7)).isEqualTo(7);
    }
  }

  @Test
  void more_calls_than_may_wait_are_refused_at_once() throws Exception {
    var release = new CountDownLatch(1);
    var running = new ArrayList<Thread>();
    var refused = new AtomicInteger();
    int all = Database.MOST_WAITING + 50;
    for (int i = 0; i < all; i++) {
      running.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  database.read(t -> held(release));
                } catch (Unavailable | InterruptedException e) {
                  refused.incrementAndGet();
                }
              }));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (refused.get() == 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    release.countDown();
    for (Thread thread : running) {
      thread.join();
    }
    assertThat(refused.get()).isBetween(1, 50);
  }

  private static int held(CountDownLatch release) throws InterruptedException {
    release.await();
    return 0;
  }
}
