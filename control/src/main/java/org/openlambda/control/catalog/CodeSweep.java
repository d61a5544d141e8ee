package org.openlambda.control.catalog;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Digest;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes code that no version has, an hour after it was kept last: what was deleted, and what a
/// crash between taking an archive and entering it has left. On a thread of its own, at the start
/// and every half hour.
public final class CodeSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CodeSweep.class);
  private static final Duration ROUND = Duration.ofMinutes(30);

  /// Code of this age is swept.
  static final Duration AGE = Duration.ofMinutes(25);

  private final Database database;
  private final Bundles bundles;
  private final Time time;
  private final Thread thread;

  public CodeSweep(Database database, Bundles bundles, Time time) {
    this.database = database;
    this.bundles = bundles;
    this.time = time;
    this.thread = Thread.ofVirtual().name("code-sweep").start(this::work);
  }

  private void work() {
    while (true) {
      try {
        int swept = sweep();
        if (swept > 0) {
          LOG.info("{} archives and trees that nobody used were deleted", swept);
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("code that nobody uses was not deleted; tried again later: {}", e.toString());
      }
      try {
        Thread.sleep(ROUND);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// One round.
  ///
  /// @return how many archives and trees were deleted
  int sweep() throws IOException {
    Bundles.Used used = database.<Bundles.Used, RuntimeException>write(CodeSweep::left);
    return bundles.sweep(used, time.now().minus(AGE));
  }

  /// Forgets archives that no version of a function or layer has.
  private static Bundles.Used left(Transaction t) {
    t.sql()
        .execute(
            "delete from code where not exists (select from version where code = sha256)"
                + " and not exists (select from layer_version where code = sha256)");
    return used(t);
  }

  /// What is in the tables.
  public static Bundles.Used used(Transaction t) {
    Set<Bundles.Kept> archives =
        t.sql()
            .createQuery("select sha256, tree, size from code")
            .map((row, _) ->
                new Bundles.Kept(
                    new Digest(row.getString(1)), new Digest(row.getString(2)), row.getLong(3)))
            .set();
    Set<Digest> merged =
        t.sql()
            .createQuery(
                "select configuration ->> ? from version where configuration ->> ? is not null")
            .bind(0, Translation.LAYERS)
            .bind(1, Translation.LAYERS)
            .mapTo(String.class)
            .map(Digest::new)
            .set();
    return new Bundles.Used(archives, merged);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
