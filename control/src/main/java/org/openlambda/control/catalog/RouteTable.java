package org.openlambda.control.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.database.Change;
import org.openlambda.control.database.ChangeFeed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Routes;
import org.openlambda.core.function.Version;

/// What may be called, in memory: an immutable table that is replaced as a whole, so that a call
/// sees one state of everything. It answers also while the database is away.
///
/// Any thread; [#apply] and [#refresh] block on the database and take turns.
public final class RouteTable implements Routes {
  private final Database database;
  private final Catalog catalog;
  private final Translation translation;
  private volatile Map<FunctionId, Targets> table = Map.of();
  private volatile Map<Account, Integer> reserved = Map.of();
  private volatile long revision;

  /// What the qualifiers of one function name.
  private record Targets(
      Map<String, Version> versions, Map<String, Alias> aliases, OptionalInt reserved) {}

  /// Reads everything.
  public RouteTable(Database database, Catalog catalog, Translation translation)
      throws Unavailable {
    this.database = database;
    this.catalog = catalog;
    this.translation = translation;
    readAll();
  }

  /// The revision of what [#RouteTable] read: later ones are to be told to [#apply].
  public long revision() {
    return revision;
  }

  @Override
  public Optional<Version> find(FunctionId function, String qualifier) {
    Targets targets = table.get(function);
    if (targets == null) {
      return Optional.empty();
    }
    Alias alias = targets.aliases.get(qualifier);
    if (alias == null) {
      return Optional.ofNullable(targets.versions.get(qualifier));
    }
    int number = alias.choose(ThreadLocalRandom.current().nextDouble());
    String label = number == 0 ? Version.LATEST : Integer.toString(number);
    return Optional.ofNullable(targets.versions.get(label));
  }

  @Override
  public OptionalInt reserved(FunctionId function) {
    Targets targets = table.get(function);
    return targets == null ? OptionalInt.empty() : targets.reserved;
  }

  @Override
  public int reserved(Account account) {
    return reserved.getOrDefault(account, 0);
  }

  private void replace(Map<FunctionId, Targets> next) {
    var sums = new HashMap<Account, Integer>();
    next.forEach((id, targets) ->
        targets.reserved.ifPresent(calls -> sums.merge(id.account(), calls, Integer::sum)));
    table = next;
    reserved = Map.copyOf(sums);
  }

  /// The functions of an account, sorted.
  public List<FunctionName> names(Account account) {
    return table.keySet().stream()
        .filter(id -> id.account().equals(account))
        .map(FunctionId::name)
        .sorted()
        .toList();
  }

  /// Reads a function again: whoever changed it sees that at once, on this node.
  public synchronized void refresh(FunctionId function) throws Unavailable {
    read(List.of(function));
  }

  /// Reads again what changed.
  public synchronized void apply(List<Change> changes) throws Unavailable {
    var functions = new ArrayList<FunctionId>();
    for (Change change : changes) {
      switch (change) {
        case Change.OfFunction(var function) -> functions.add(function);
        case Change.OfAll() -> {
          readAll();
          return;
        }
        case Change.OfIdentities() -> {} // somebody else's
      }
    }
    if (!functions.isEmpty()) {
      read(functions.stream().distinct().toList());
    }
  }

  private void read(List<FunctionId> functions) throws Unavailable {
    List<Optional<Function>> found =
        database.read(t -> functions.stream().map(id -> catalog.find(t, id)).toList());
    var next = new HashMap<>(table);
    for (int i = 0; i < functions.size(); i++) {
      Optional<Function> function = found.get(i);
      if (function.isPresent()) {
        next.put(functions.get(i), targets(function.get(), table.get(functions.get(i))));
      } else {
        next.remove(functions.get(i));
      }
    }
    replace(next);
  }

  private void readAll() throws Unavailable {
    record Everything(List<Function> functions, long revision) {}
    Everything all = database.read(t -> new Everything(catalog.all(t), ChangeFeed.newest(t)));
    var next = new HashMap<FunctionId, Targets>();
    for (Function function : all.functions) {
      next.put(function.id(), targets(function, table.get(function.id())));
    }
    replace(next);
    revision = all.revision;
  }

  /// Versions that did not change stay the very same objects: instances are found by them.
  private Targets targets(Function function, @Nullable Targets before) {
    var versions = new HashMap<String, Version>();
    function
        .versions()
        .values()
        .forEach(kept -> {
          Version made = translation.version(function.id(), kept);
          Version known = before == null ? null : before.versions.get(kept.label());
          versions.put(kept.label(), made.equals(known) ? known : made);
        });
    return new Targets(Map.copyOf(versions), Map.copyOf(function.aliases()), function.reserved());
  }
}
