package org.openlambda.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.Bucket;
import org.openlambda.control.bundles.BucketBundles;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.catalog.AliasRollbacks;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.control.catalog.CodeSweep;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.catalog.Translation;
import org.openlambda.control.cloudwatch.LogsApi;
import org.openlambda.control.database.Change;
import org.openlambda.control.database.ChangeFeed;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.AccessKeys;
import org.openlambda.control.identity.KnownKeys;
import org.openlambda.control.identity.Members;
import org.openlambda.control.identity.Tokens;
import org.openlambda.control.lambda.Kept;
import org.openlambda.control.lambda.LambdaApi;
import org.openlambda.control.lambda.ObjectCode;
import org.openlambda.control.lambda.Quotas;
import org.openlambda.control.logs.LogStore;
import org.openlambda.control.model.Model;
import org.openlambda.control.people.PeopleApi;
import org.openlambda.control.registry.AccountRegistries;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.control.s3.S3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.thread.SlowWork;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.Gateway;
import org.openlambda.worker.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that remembers, in the database: the keys, the functions of all accounts, and the API
/// that changes them.
///
///     DATA/bundles/      the code; if a bucket keeps it, what was asked for lately
///     DATA/secret.key    what secrets in the database are encrypted with
final class ControlPlane implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  /// What is open, newest first.
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private final RouteTable routes;
  private final KnownKeys keys;
  private final ControlApi api;
  private final AliasRollbacks rollbacks;
  private final AccountRegistries registries;
  private final ChangeFeed feed;
  private final Database database;
  private final AccessKeys accessKeys;
  private final PeopleApi people;
  private final Bundles bundles;
  private final Settings.Served.Accounts settings;
  private final LogStore logs;

  private ControlPlane(
      Settings.Served.Accounts settings, Opening<DatabaseHome> home, LogStore logs, Time time)
      throws IOException {
    try {
      Database.load(settings.database().isEmpty()); // while the database starts
      DatabaseAddress address = home.get().address();
      Path data = settings.data().toRealPath();
      Sealer sealer = Sealer.open(data.resolve("secret.key"));
      database = Database.open(address);
      open.push(database);
      this.settings = settings;
      this.logs = logs;
      accessKeys = new AccessKeys(sealer);
      requireKey(database, accessKeys, data.resolve("secret.key"));
      S3 s3 = keep(new S3(settings.region(), S3.Bounds.DEFAULT));
      bundles = bundles(settings.places().kept(), data.resolve("bundles"), s3, sealer);
      var catalog = new Catalog(sealer);
      var translation = new Translation(bundles, settings.region(), settings.network());
      routes = new RouteTable(database, catalog, translation);
      rollbacks = new AliasRollbacks(database, catalog, routes);
      var tokens = new Tokens();
      // After the revision from which changes are followed.
      keys = new KnownKeys(database, accessKeys, tokens, time);
      forgetLogs();
      feed = new ChangeFeed(database, routes.revision(), this::apply, time);
      open.push(feed);
      open.push(new CodeSweep(database, bundles, time));
      people = new PeopleApi(new PeopleApi.Parts(database, accessKeys, tokens, keys, time));
      Quotas quotas =
          Quotas.ofAws(Runtimes.names())
              .with(
                  settings.limits().concurrency(), CodeQuota.DEFAULT.with(settings.code().count()));
      registries =
          new AccountRegistries(
              new AccountRegistries.Parts(
                  database,
                  catalog,
                  bundles,
                  routes,
                  quotas.runtimes().getLast(),
                  new Bytes(quotas.zippedBytes()),
                  quotas.code(),
                  time));
      var kept = new Kept(database, catalog, bundles, routes, quotas, time);
      var objects =
          new ObjectCode(
              s3, settings.places().taken(), settings.places().kept().map(BucketAddress::bucket));
      api = new Apis(() -> new LambdaApi(Model.read(), kept, objects, sealer), new LogsApi(logs));
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// @param home where its database is, or will be
  /// @param logs what functions have printed
  /// @throws IOException in one sentence, what is missing
  static ControlPlane open(
      Settings.Served.Accounts settings, Opening<DatabaseHome> home, LogStore logs, Time time)
      throws IOException {
    return new ControlPlane(settings, home, logs, time);
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  /// @throws IOException if the place is another server's, or cannot be used
  private static Bundles bundles(Optional<BucketAddress> place, Path folder, S3 s3, Sealer sealer)
      throws IOException {
    var here = new FolderBundles(folder, ArchiveBounds.DEFAULT);
    if (place.isEmpty()) {
      return here;
    }
    var there =
        new BucketBundles(
            here,
            new Bucket(s3, place.get(), sealer),
            ArchiveBounds.DEFAULT.packed(),
            BucketBundles.CACHE);
    try {
      there.claim();
    } catch (CodeAway e) {
      LOG.warn(
          "{}; functions whose code is here are served, others and changes when it answers",
          e.getMessage());
    }
    return there;
  }

  /// What is sealed in the database has to be sealed with the key of this folder.
  private static void requireKey(Database database, AccessKeys keys, Path file) throws IOException {
    if (!database.<Boolean, RuntimeException>read(keys::canBeOpened)) {
      throw new IOException(
          ("%s is not the key that the secrets in this database are encrypted with: put in its"
                  + " place the secret.key of the server that has written them")
              .formatted(file));
    }
  }

  /// The feed tells the same again if this fails.
  private void apply(List<Change> changes) {
    try {
      routes.apply(changes);
      if (changes.stream().anyMatch(change -> !(change instanceof Change.OfFunction))) {
        keys.refresh();
        forgetLogs();
      }
    } catch (Unavailable e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /// What functions of deleted accounts have printed goes.
  private void forgetLogs() throws Unavailable {
    Set<Account> some = logs.accounts();
    database
        .<Set<Account>, RuntimeException>read(t -> Members.retired(t, some))
        .forEach(logs::forget);
  }

  /// Makes the first account and its key, if there is none yet: asked for when somebody is there to
  /// be shown it, as the secret cannot be had again.
  Optional<Credential> firstKey() throws IOException {
    Optional<Credential> made =
        database.<Optional<Credential>, RuntimeException>write(
            t -> accessKeys.first(t, settings.first()));
    keys.refresh();
    return made;
  }

  /// Has provisioned instances kept ready from now on, and code fetched ahead of calls until what
  /// this returns is closed.
  AutoCloseable runBy(Worker worker) {
    routes.provideBy(worker.provisioning());
    return new CodeAhead(routes, worker);
  }

  /// Where a worker has code from.
  CodeSource code() {
    return bundles;
  }

  /// Whether the database answered when it was asked last, a second ago or less.
  boolean hasDatabase() {
    return feed.isFollowed();
  }

  /// Both of AWS's APIs that are served. The model of the first is read when it is asked for the
  /// first time, or shortly after the start.
  private static final class Apis implements ControlApi {
    private static final long AFTER_START_MILLIS = 700;

    private final Supplier<LambdaApi> maker;
    private final LogsApi logs;
    private @Nullable LambdaApi lambda; // guarded by this

    Apis(Supplier<LambdaApi> maker, LogsApi logs) {
      this.maker = maker;
      this.logs = logs;
      CompletableFuture.delayedExecutor(AFTER_START_MILLIS, TimeUnit.MILLISECONDS)
          .execute(this::lambda);
    }

    @Override
    public Answer serve(Question question) {
      return LogsApi.isAsked(question) ? logs.serve(question) : lambda().serve(question);
    }

    @Override
    public Optional<Archive> archive(String token) throws IOException {
      return lambda().archive(token);
    }

    private synchronized LambdaApi lambda() {
      lambda = lambda == null ? SlowWork.compute(maker) : lambda;
      return lambda;
    }
  }

  /// What a gateway is given of it.
  Gateway.Served served() {
    return new Gateway.Served.WithKeys(
        routes, registries, keys, api, rollbacks, people, settings.limits());
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.warn("closing a part of the control plane failed", e);
      }
    }
  }
}
