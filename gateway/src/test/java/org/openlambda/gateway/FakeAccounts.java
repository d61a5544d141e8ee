package org.openlambda.gateway;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.control.Registries;
import org.openlambda.core.control.Rollbacks;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Administration;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.Route;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.Routes;

/// A control plane in memory: keys, each of an account of its own, and functions that everybody may
/// call by a URL.
final class FakeAccounts
    implements Routes, Identities, ControlApi, Registries, Rollbacks, Administration {
  private static final ResourcePolicy OPEN =
      new ResourcePolicy(
          List.of(
              new ResourcePolicy.Statement(
                  new ResourcePolicy.Grantee.Everybody(), "lambda:InvokeFunctionUrl", List.of())));

  private final FakeRegistry registry = new FakeRegistry();
  private final Map<String, Credential> keys = new ConcurrentHashMap<>();
  private final Map<String, FunctionUrl> urls = new ConcurrentHashMap<>();

  /// What the control API does with a question.
  volatile Function<Question, Answer> control = _ -> new Answer(200, Map.of(), new byte[0]);

  /// A function that takes events; every account has it.
  void with(String name) {
    registry.withHandler(name);
  }

  /// A URL of a function, with its name as the id.
  void withUrl(String name, boolean streamed) {
    var function = new FunctionId(Account.FIRST, new FunctionName(name));
    urls.put(
        name, new FunctionUrl(name, function, Version.LATEST, false, streamed, Optional.empty()));
  }

  /// A key of an administrator.
  Credential key(String id, Account account) {
    var key =
        new Credential(id, "secret of " + id, new Principal(account, "admin", Role.ADMIN, id));
    keys.put(id, key);
    return key;
  }

  // Routes.

  @Override
  public Optional<Version> find(FunctionId function, String qualifier) {
    return registry.find(function.name()) instanceof Lookup.Found(Version version)
        ? Optional.of(version)
        : Optional.empty();
  }

  @Override
  public OptionalInt reserved(FunctionId function) {
    return OptionalInt.empty();
  }

  @Override
  public int reserved(Account account) {
    return 0;
  }

  @Override
  public Optional<FunctionUrl> url(String id) {
    return Optional.ofNullable(urls.get(id));
  }

  @Override
  public ResourcePolicy policy(FunctionId function, String qualifier) {
    return OPEN;
  }

  // Identities.

  @Override
  public Optional<Credential> find(String keyId) {
    return Optional.ofNullable(keys.get(keyId));
  }

  @Override
  public Optional<Principal> holder(String token) {
    return Optional.empty();
  }

  // What changes and describes.

  @Override
  public Answer serve(Question question) {
    return control.apply(question);
  }

  @Override
  public Optional<Archive> archive(String token) {
    return Optional.of(new Archive(0, new ByteArrayInputStream(new byte[0])));
  }

  @Override
  public Registry of(Account account) {
    return registry;
  }

  @Override
  public Registry of(Actor actor) {
    return registry;
  }

  @Override
  public Result rollBack(
      Actor actor, FunctionName function, String alias, Optional<String> revision) {
    return new Result.UnknownFunction();
  }

  @Override
  public List<Route> routes() {
    return List.of();
  }

  @Override
  public Reply answer(Request request) {
    return new Reply.Denied(404, "unknown", "Unknown", "Unknown.", "None.", Duration.ZERO);
  }

  @Override
  public void refused(Actor actor, String operation, String resource) {}
}
