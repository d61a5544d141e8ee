package org.openlambda.control.lambda;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.catalog.KeptVersion.Progress;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.catalog.Settlement;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.Account;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the operations work on.
///
/// @param quotas what an account and a function may have
public record Kept(
    Database database,
    Catalog catalog,
    Bundles bundles,
    RouteTable routes,
    Quotas quotas,
    Time time) {
  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

  /// How long a change waits for another one of the same function to settle.
  static final long PATIENCE_NANOS = 1_000_000_000L;

  private static final long PAUSE_NANOS = 5_000_000L;

  /// Changes something and notes it in the audit log, both or neither. Nothing in this room writes
  /// otherwise.
  <T, X extends Exception> T change(Asked asked, Database.Work<T, X> work) throws Unavailable, X {
    return database.write(t -> {
      T result = work.in(t);
      AuditLog.note(t, asked.question().actor(), asked.deed());
      return result;
    });
  }

  /// The same for what changes code or configuration. It waits while another such change settles,
  /// for a second at the most, as clients change one thing after another; and it is refused if the
  /// account would keep more code than it may: whoever adds none never is.
  <T> T rework(Asked asked, Database.Work<T, Fault> work) throws Fault, Unavailable {
    long begun = time.nanos();
    while (true) {
      try {
        return change(asked, t -> withinQuota(t, asked, work));
      } catch (Unsettled unsettled) {
        if (time.nanos() - begun > PATIENCE_NANOS) {
          throw unsettled;
        }
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
    }
  }

  private <T> T withinQuota(Transaction t, Asked asked, Database.Work<T, Fault> work) throws Fault {
    Account account = asked.question().asker().account();
    Catalog.Totals before = catalog.totals(t, account);
    T result = work.in(t);
    Optional<String> excess = quotas.code().excess(before, catalog.totals(t, account));
    if (excess.isPresent()) {
      throw new Fault(400, "CodeStorageExceededException", excess.get());
    }
    return result;
  }

  /// Refuses a change of what another change has not ended with yet.
  static void requireSettled(Asked asked, Function function) throws Fault {
    KeptVersion latest = function.latest();
    if (latest.progress() != Progress.SETTLED) {
      throw new Unsettled(Naming.arn(asked.question(), function.id()), latest.progress());
    }
  }

  /// Has this node's calls see a change of code or configuration: then it has settled.
  ///
  /// @param changed as the change has left it
  void serve(Function changed) throws Unavailable {
    routes.refresh(changed.id());
    try {
      database.<Boolean, RuntimeException>write(t -> {
        Settlement.end(t, changed.key());
        return true;
      });
    } catch (Unavailable e) {
      LOG.debug("{} settles by itself: {}", changed.id(), e.getMessage());
    }
  }

  Instant now() {
    return Catalog.moment(time.now());
  }

  /// Refuses a change that was meant for another revision.
  ///
  /// @param call which operation tells the newest: `GetFunction`
  static void requireRevision(Optional<String> wanted, UUID current, String call) throws Fault {
    requireRevision(wanted, Optional.of(current), call);
  }

  /// The same of what may not be there: then no revision is its.
  static void requireRevision(Optional<String> wanted, Optional<UUID> current, String call)
      throws Fault {
    if (wanted.isPresent() && !wanted.equals(current.map(UUID::toString))) {
      throw new Fault(
          412,
          "PreconditionFailedException",
          ("The Revision Id provided does not match the latest Revision Id. Call the %s API to"
                  + " retrieve the latest Revision Id")
              .formatted(call));
    }
  }
}
