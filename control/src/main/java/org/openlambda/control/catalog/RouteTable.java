package org.openlambda.control.catalog;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.catalog.AccountRoutes.Targets;
import org.openlambda.control.database.Change;
import org.openlambda.control.database.ChangeFeed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.Provisioning;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.Routes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What may be called, in memory: an immutable table that is replaced as a whole, so that a call
/// sees one state of everything. It answers also while the database is away.
///
/// Any thread; [#apply] and [#refresh] block on the database and take turns.
public final class RouteTable implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

  private final Database database;
  private final Catalog catalog;
  private final Translation translation;
  private volatile Table table = new Table(Map.of(), Map.of());
  private volatile long revision;

  /// Written under the lock.
  private volatile long replacements;

  private volatile Provisioning provisioning = NOWHERE;

  /// Before there is a worker.
  private static final Provisioning NOWHERE =
      new Provisioning() {
        @Override
        public void keep(Map<Version, Integer> wanted) {}

        @Override
        public Progress progress(Version version) {
          return Progress.NONE;
        }
      };

  /// @param urls of all accounts, by their ids
  private record Table(Map<Account, AccountRoutes> accounts, Map<String, FunctionUrl> urls) {
    AccountRoutes of(Account account) {
      return accounts.getOrDefault(account, AccountRoutes.NONE);
    }

    @Nullable Targets targets(FunctionId function) {
      return of(function.account()).functions().get(function.name());
    }
  }

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
    Targets targets = table.targets(function);
    if (targets == null) {
      return Optional.empty();
    }
    Alias alias = targets.aliases().get(qualifier);
    if (alias == null) {
      return Optional.ofNullable(targets.versions().get(qualifier));
    }
    int number = alias.choose(ThreadLocalRandom.current().nextDouble());
    return Optional.ofNullable(targets.versions().get(AccountRoutes.label(number)));
  }

  @Override
  public OptionalInt reserved(FunctionId function) {
    Targets targets = table.targets(function);
    return targets == null ? OptionalInt.empty() : targets.reserved();
  }

  @Override
  public Optional<FunctionUrl> url(String id) {
    return Optional.ofNullable(table.urls.get(id));
  }

  @Override
  public ResourcePolicy policy(FunctionId function, String qualifier) {
    Targets targets = table.targets(function);
    return targets == null
        ? ResourcePolicy.NONE
        : targets.policies().getOrDefault(qualifier, ResourcePolicy.NONE);
  }

  @Override
  public int reserved(Account account) {
    return table.of(account).reserved();
  }

  /// The functions of an account, sorted.
  public List<FunctionName> names(Account account) {
    return table.of(account).functions().keySet().stream().sorted().toList();
  }

  /// What callers of all accounts call who name no version: worth to be fetched ahead of them.
  public List<Version> likely() {
    return table.accounts.values().stream()
        .flatMap(account -> account.functions().values().stream())
        .flatMap(targets -> targets.likely().stream())
        .toList();
  }

  /// How often the table was replaced since the start.
  public long replacements() {
    return replacements;
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
    var changed = new HashMap<FunctionId, Optional<Targets>>();
    for (int i = 0; i < functions.size(); i++) {
      changed.put(functions.get(i), found.get(i).map(this::targets));
    }
    swap(false, changed);
  }

  /// Replaces the table.
  ///
  /// @param isAll whether there are no other functions than these; the others stay otherwise
  /// @param changed empty for a function that is gone
  private synchronized void swap(boolean isAll, Map<FunctionId, Optional<Targets>> changed) {
    Table last = table;
    Map<Account, AccountRoutes> before = isAll ? Map.of() : last.accounts;
    var byAccount = new HashMap<Account, Map<FunctionName, Optional<Targets>>>();
    changed.forEach((id, targets) ->
        byAccount.computeIfAbsent(id.account(), _ -> new HashMap<>()).put(id.name(), targets));
    var next = new HashMap<>(before);
    boolean sameUrls = !isAll;
    boolean sameProvisioned = sameUrls;
    for (var entry : byAccount.entrySet()) {
      AccountRoutes old = last.of(entry.getKey());
      AccountRoutes made =
          before.getOrDefault(entry.getKey(), AccountRoutes.NONE).with(entry.getValue());
      next.put(entry.getKey(), made);
      sameUrls &= old.urls().equals(made.urls());
      sameProvisioned &= old.provisioned().equals(made.provisioned());
    }
    table = new Table(next, sameUrls ? last.urls : urls(next));
    replacements++;
    if (!sameProvisioned) {
      provisioning.keep(provisioned());
    }
  }

  private static Map<String, FunctionUrl> urls(Map<Account, AccountRoutes> accounts) {
    return accounts.values().stream()
        .flatMap(account -> account.urls().stream())
        .collect(toMap(FunctionUrl::id, url -> url));
  }

  private Map<Version, Integer> provisioned() {
    var all = new HashMap<Version, Integer>();
    table.accounts.values().forEach(account -> all.putAll(account.provisioned()));
    return all;
  }

  /// Has instances kept ready from now on.
  public synchronized void provideBy(Provisioning worker) {
    provisioning = worker;
    worker.keep(provisioned());
  }

  /// How far along those of a version are.
  public Provisioning.Progress progress(FunctionId function, int number) {
    Targets targets = table.targets(function);
    Version version = targets == null ? null : targets.versions().get(Integer.toString(number));
    return version == null ? Provisioning.Progress.NONE : provisioning.progress(version);
  }

  private void readAll() throws Unavailable {
    record Everything(List<Function> functions, long revision) {}
    Everything all = database.read(t -> new Everything(catalog.all(t), ChangeFeed.newest(t)));
    var found = new HashMap<FunctionId, Optional<Targets>>();
    for (Function function : all.functions) {
      found.put(function.id(), Optional.of(targets(function)));
    }
    swap(true, found);
    revision = all.revision;
  }

  /// Versions that did not change stay the very same objects: instances are found by them. What
  /// cannot be understood is left out, and said: the rest is called as ever.
  private Targets targets(Function function) {
    Targets before = table.targets(function.id());
    var versions = new HashMap<String, Version>();
    for (KeptVersion kept : function.versions().values()) {
      Version known = before == null ? null : before.versions().get(kept.label());
      understood(function, kept.label(), () -> translation.version(function, kept))
          .ifPresent(made -> versions.put(kept.label(), made.equals(known) ? known : made));
    }
    var urls = new ArrayList<FunctionUrl>();
    var policies = new HashMap<String, ResourcePolicy>();
    var provisioned = new HashMap<Version, Integer>();
    for (Setting setting : function.settings()) {
      String label = setting.qualifier().isEmpty() ? Version.LATEST : setting.qualifier();
      switch (setting.kind()) {
        case URL ->
            understood(function, label, () -> Urls.of(function.id(), label, setting.value()))
                .ifPresent(urls::add);
        case POLICY ->
            understood(function, label, () -> Policies.of(setting.value()))
                .ifPresent(policy -> policies.put(label, policy));
        case PROVISIONED ->
            function
                .version(label)
                .map(kept -> versions.get(kept.label()))
                .ifPresent(version -> provisioned.merge(version, wanted(setting), Integer::sum));
        case ASYNC, RECURSION, RUNTIME_UPDATE, CODE_SIGNING -> {} // no call asks for it
      }
    }
    return new Targets(
        versions, function.aliases(), function.reserved(), urls, policies, provisioned);
  }

  private static int wanted(Setting provisioned) {
    return provisioned.value().get("RequestedProvisionedConcurrentExecutions").intValue();
  }

  private static <T> Optional<T> understood(Function function, String label, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (RuntimeException e) {
      LOG.warn("{}:{} cannot be understood and is not served", function.id(), label, e);
      return Optional.empty();
    }
  }
}
