package org.openlambda.control.database;

import org.jdbi.v3.core.Handle;
import org.openlambda.core.function.FunctionId;

/// What work on the database is given: used by its thread, until it returns.
public final class Transaction {
  private final Handle handle;

  Transaction(Handle handle) {
    this.handle = handle;
  }

  /// To ask and to write.
  public Handle sql() {
    return handle;
  }

  /// Notes that a function is another, so that every node hears of it once this has taken place.
  public void changed(FunctionId function) {
    changed("function", function.account().text(), function.name().text());
  }

  /// Notes that accounts, users or keys are others.
  public void identitiesChanged() {
    changed("identity", "", "");
  }

  private void changed(String kind, String account, String name) {
    handle.execute(
        "insert into change (kind, account, name) values (?, ?, ?)", kind, account, name);
    handle.execute("select pg_notify('ol_change', '')");
  }
}
