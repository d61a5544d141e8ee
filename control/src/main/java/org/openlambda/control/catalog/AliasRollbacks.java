package org.openlambda.control.catalog;

import java.util.Optional;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.control.Rollbacks;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Actor;

/// Rolls aliases back in the database, with a line in the audit log; this node's calls see it when
/// it returns. Any thread.
///
/// @param routes of this node
public record AliasRollbacks(Database database, Catalog catalog, RouteTable routes)
    implements Rollbacks {
  @Override
  public Result rollBack(
      Actor actor, FunctionName function, String alias, Optional<String> revision) {
    var id = new FunctionId(actor.principal().account(), function);
    try {
      Result result =
          database.<Result, RuntimeException>write(t -> {
            Result moved = rollBack(t, id, alias, revision);
            if (moved instanceof Result.Moved) {
              AuditLog.note(t, actor, Deed.done("RollBackAlias", function + ":" + alias, 200));
            }
            return moved;
          });
      if (result instanceof Result.Moved) {
        routes.refresh(id);
      }
      return result;
    } catch (Unavailable e) {
      return new Result.Away();
    }
  }

  private Result rollBack(Transaction t, FunctionId id, String name, Optional<String> revision) {
    Optional<Function> found = catalog.find(t, id);
    if (found.isEmpty()) {
      return new Result.UnknownFunction();
    }
    Function function = found.get();
    Alias before = function.aliases().get(name);
    if (before == null) {
      return new Result.UnknownAlias();
    }
    if (revision.isPresent() && !revision.get().equals(before.revision().toString())) {
      return new Result.Changed();
    }
    Optional<Alias> after = AliasHistory.rollBack(t, function, before);
    return after.isPresent()
        ? new Result.Moved(target(before), target(after.get()))
        : new Result.NothingBefore();
  }

  private static Target target(Alias alias) {
    return new Target(
        KeptVersion.label(alias.version()),
        alias.other().map(share -> new Share(KeptVersion.label(share.version()), share.weight())));
  }
}
