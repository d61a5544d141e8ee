package org.openlambda.control.lambda;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.Account;
import org.openlambda.core.time.Time;

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
  /// Changes something and notes it in the audit log, both or neither. Nothing in this room writes
  /// otherwise.
  <T, X extends Exception> T change(Asked asked, Database.Work<T, X> work) throws Unavailable, X {
    return database.write(t -> {
      T result = work.in(t);
      AuditLog.note(t, asked.question().actor(), asked.deed());
      return result;
    });
  }

  /// Refuses a change that has added more code than the account may have.
  void requireRoom(Transaction t, Account account) throws Fault {
    Optional<String> excess = quotas.code().excess(catalog, t, account);
    if (excess.isPresent()) {
      throw new Fault(400, "CodeStorageExceededException", excess.get());
    }
  }

  Instant now() {
    return Catalog.moment(time.now());
  }

  /// Refuses a change that was meant for another revision.
  ///
  /// @param call which operation tells the newest: `GetFunction`
  static void requireRevision(Optional<String> wanted, UUID current, String call) throws Fault {
    if (wanted.isPresent() && !wanted.get().equals(current.toString())) {
      throw stale(call);
    }
  }

  static Fault stale(String call) {
    return new Fault(
        412,
        "PreconditionFailedException",
        ("The Revision Id provided does not match the latest Revision Id. Call the %s API to"
                + " retrieve the latest Revision Id")
            .formatted(call));
  }
}
