package org.openlambda.control.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.audit.Deed;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.catalog.OwnConfiguration;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.control.Registries;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Version;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

/// What accounts have deployed, as registries: a name means the `$LATEST` of its function. What is
/// installed here has an `ol.yaml`, what came by the AWS Lambda API is called all the same.
public final class AccountRegistries implements Registries {
  private final Parts parts;
  private final BundleJudge judge;

  /// What the registries stand on.
  ///
  /// @param runtime of what is installed, as the AWS Lambda API calls it
  /// @param largest archive that is taken
  /// @param quota of code of an account
  public record Parts(
      Database database,
      Catalog catalog,
      Bundles bundles,
      RouteTable routes,
      String runtime,
      Bytes largest,
      CodeQuota quota,
      Time time) {}

  public AccountRegistries(Parts parts) {
    this.parts = parts;
    this.judge = new BundleJudge(RegistrySettings.LimitPair.DEFAULT);
  }

  @Override
  public Registry of(Account account) {
    return new OfAccount(account, Optional.empty());
  }

  @Override
  public Registry of(Actor actor) {
    return new OfAccount(actor.principal().account(), Optional.of(actor));
  }

  private final class OfAccount implements Registry {
    private final Account account;
    private final Optional<Actor> actor;

    OfAccount(Account account, Optional<Actor> actor) {
      this.account = account;
      this.actor = actor;
    }

    /// Whoever changes something has said who they are.
    private void note(Transaction t, FunctionName name, String operation, int status) {
      AuditLog.note(t, actor.orElseThrow(), Deed.done(operation, name.text(), status));
    }

    private FunctionId id(FunctionName name) {
      return new FunctionId(account, name);
    }

    @Override
    public Lookup find(FunctionName name) {
      Optional<Version> version = parts.routes.find(id(name), Version.LATEST);
      return version.isPresent() ? new Lookup.Found(version.get()) : new Lookup.Unknown(name);
    }

    @Override
    public List<FunctionName> names() {
      return parts.routes.names(account);
    }

    @Override
    public void install(FunctionName name, InputStream archive) throws BadBundle, IOException {
      byte[] bytes = archive.readNBytes((int) parts.largest.count() + 1);
      if (bytes.length > parts.largest.count()) {
        throw new BadBundle(List.of("the archive is larger than " + parts.largest));
      }
      var found = new Finding(name);
      Bundles.Kept kept = parts.bundles.keep(bytes, Bundles.Format.TAR_GZ, found);
      var code = new KeptCode(kept.archive(), kept.tree(), kept.bytes());
      parts.database.<Boolean, BadBundle>write(t -> enter(t, id(name), code, found.config()));
      parts.routes.refresh(id(name));
    }

    /// @return whether anything changed
    private boolean enter(Transaction t, FunctionId id, KeptCode code, FunctionConfig config)
        throws BadBundle {
      Optional<Function> before = parts.catalog.find(t, id);
      var configuration = OwnConfiguration.of(config, account, id.name(), parts.runtime);
      Map<String, String> variables =
          before
              .map(Function::latest)
              .map(latest ->
                  OwnConfiguration.merged(
                      latest.configuration(),
                      latest.environment().orElse(Map.of()),
                      config.environment()))
              .orElse(config.environment());
      Optional<Map<String, String>> environment =
          variables.isEmpty() ? Optional.empty() : Optional.of(variables);
      if (before.isPresent()
          && before.get().latest().code().tree().equals(code.tree())
          && before.get().latest().configuration().equals(configuration)
          && before.get().latest().environment().equals(environment)) {
        return false;
      }
      UUID key = before.isPresent() ? before.get().key() : parts.catalog.insert(t, id, Map.of());
      var version =
          new KeptVersion(
              0,
              code,
              configuration,
              environment,
              UUID.randomUUID(),
              Catalog.moment(parts.time.now()));
      Catalog.Totals kept = parts.catalog.totals(t, account);
      parts.catalog.put(t, key, id, version);
      requireRoom(kept, parts.catalog.totals(t, account));
      note(t, id.name(), "InstallFunction", 201);
      return true;
    }

    private void requireRoom(Catalog.Totals before, Catalog.Totals after) throws BadBundle {
      Optional<String> excess = parts.quota.excess(before, after);
      if (excess.isPresent()) {
        throw new BadBundle(
            List.of(
                excess.get()
                    + " Of code the account may keep %s: delete versions or functions"
                        .formatted(new Bytes(parts.quota.bytes()))));
      }
    }

    @Override
    public boolean remove(FunctionName name) throws IOException {
      boolean removed =
          parts.database.<Boolean, RuntimeException>write(t -> {
            Optional<Function> function = parts.catalog.find(t, id(name));
            if (function.isPresent()) {
              parts.catalog.delete(t, function.get());
              note(t, name, "RemoveFunction", 200);
            }
            return function.isPresent();
          });
      parts.routes.refresh(id(name));
      return removed;
    }
  }

  /// What the `ol.yaml` of an archive says.
  private final class Finding implements Bundles.Check {
    private final FunctionName name;
    private Optional<FunctionConfig> config = Optional.empty();

    Finding(FunctionName name) {
      this.name = name;
    }

    @Override
    public void look(Path folder, FolderContent content) throws Registry.BadBundle, IOException {
      config =
          switch (judge.judge(name, folder, content, Optional.empty()).lookup()) {
            case Registry.Lookup.Found(Version version) -> Optional.of(version.config());
            case Registry.Lookup.Broken(_, List<String> problems) ->
                throw new Registry.BadBundle(problems);
            case Registry.Lookup.Unknown _ -> throw new IllegalStateException("it is there");
          };
    }

    FunctionConfig config() {
      return config.orElseThrow();
    }
  }
}
