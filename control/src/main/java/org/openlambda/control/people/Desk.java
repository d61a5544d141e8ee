package org.openlambda.control.people;

import java.util.function.Function;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.AccessKeys;
import org.openlambda.control.identity.KnownKeys;
import org.openlambda.control.identity.Tokens;
import org.openlambda.core.time.Time;

/// What the operations work with.
///
/// @param known is told when anything of it has changed
record Desk(
    Database database,
    AccessKeys keys,
    Tokens tokens,
    Logins logins,
    KnownKeys known,
    AuditLog audit,
    Time time) {
  /// Changes something and notes it, both or neither; this node's next request sees it.
  ///
  /// @param status that it will be answered with
  <T, X extends Exception> T change(
      Asked asked, String resource, int status, Database.Work<T, X> work) throws Unavailable, X {
    return change(asked, _ -> resource, status, work);
  }

  /// The same, where what was made has a name of its own.
  <T, X extends Exception> T change(
      Asked asked, Function<T, String> resource, int status, Database.Work<T, X> work)
      throws Unavailable, X {
    T result =
        database.write(t -> {
          T done = work.in(t);
          var deed = Deed.done(asked.operation(), resource.apply(done), status);
          AuditLog.note(t, asked.actor(), deed);
          return done;
        });
    known.refresh();
    return result;
  }
}
