package org.openlambda.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.Route;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.gateway.Gateway.Parts;
import org.openlambda.gateway.Gateway.Served;
import org.openlambda.gateway.api.AliasApi;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.api.ApiDescription;
import org.openlambda.gateway.api.OwnRoutes;
import org.openlambda.gateway.api.OwnRoutes.Found;
import org.openlambda.gateway.api.PeopleDoor;
import org.openlambda.gateway.aws.ArchiveDoor;
import org.openlambda.gateway.aws.AwsDoor;
import org.openlambda.gateway.aws.EventCalls;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.limit.AccountConcurrency;
import org.openlambda.gateway.limit.Callers;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.limit.Rooms;
import org.openlambda.gateway.monitoring.Monitoring;
import org.openlambda.gateway.router.ReservedConcurrency;
import org.openlambda.gateway.router.Router;
import org.openlambda.gateway.router.Tallies;
import org.openlambda.gateway.url.UrlDoor;

/// The AWS Lambda API, and the API of our own for each account. Who has no key learns that there is
/// a server, and no more.
final class KeyedPaths implements Gateway.Paths {
  private static final String STATUS = "/status";
  private static final String BEARER = "Bearer ";

  private final GatewayConfig config;
  private final Served.WithKeys served;
  private final Parts parts;
  private final Invoker invoker;
  private final AwsDoor aws;
  private final UrlDoor urls;
  private final ArchiveDoor archives;
  private final Monitoring monitoring;
  private final OwnRoutes routes;
  private final ApiDescription description;
  private final PeopleDoor people;
  private final Callers callers;
  private final LogReaders readers = new LogReaders();
  private final AtomicLong awsCalls = new AtomicLong();

  /// As many as there are accounts with keys.
  private final Map<Account, Desk> desks = new ConcurrentHashMap<>();

  /// One account's part of the API of our own.
  private record Desk(Router router, Api api, Tallies tallies) {}

  KeyedPaths(GatewayConfig config, Served.WithKeys served, Parts parts) {
    this.config = config;
    this.served = served;
    this.monitoring = new Monitoring(parts.worker(), parts.time());
    var reserved = new ReservedConcurrency(parts.invoker(), served.routes());
    this.invoker =
        monitoring.metered(
            new AccountConcurrency(reserved, served.routes(), served.limits().concurrency()));
    this.parts = parts;
    this.routes = OwnRoutes.ofAccounts(served.administration().routes());
    this.description = new ApiDescription(routes, true);
    this.people = new PeopleDoor(served.administration());
    this.callers = new Callers(served.limits(), parts.time());
    Rooms rooms = Rooms.of(config.rooms());
    var behind =
        new AwsDoor.Parts(
            served.routes(), served.identities(), served.control(), callers, readers, rooms);
    var calls = new EventCalls(invoker, parts.journal(), rooms, parts.time());
    this.aws = new AwsDoor(behind, calls, parts.journal(), parts.time());
    this.archives = new ArchiveDoor(served.control());
    this.urls =
        new UrlDoor(
            new UrlDoor.Parts(
                served.routes(),
                calls,
                aws,
                account -> desks.computeIfAbsent(account, this::desk).router,
                callers,
                rooms.arriving(),
                parts.time()));
  }

  @Override
  public void handle(Exchange exchange) {
    String path = exchange.path();
    if (FunctionUrl.isHost(exchange.authority())) {
      urls.serve(exchange);
    } else if (AwsDoor.isOurs(path)) {
      awsCalls.addAndGet(AwsDoor.isCall(path) ? 1 : 0);
      aws.serve(exchange);
    } else if (path.equals(STATUS)) {
      Api.ready(exchange);
    } else if (path.equals(ApiDescription.PATH)) {
      description.serve(exchange);
    } else if (path.startsWith(ArchiveDoor.MOUNT)) {
      archives.serve(exchange);
    } else if (Monitoring.isOpen(path) || isWatchedFromHere(exchange)) {
      monitoring.serve(exchange);
    } else {
      admit(exchange);
    }
  }

  /// Who is on this machine may watch it without a key.
  private static boolean isWatchedFromHere(Exchange exchange) {
    return exchange.path().equals(Monitoring.METRICS) && Monitoring.isLocal(exchange);
  }

  /// By a token, by a signature, or by nothing where that is enough.
  private void admit(Exchange exchange) {
    Optional<Found> open =
        routes
            .find(exchange.method(), exchange.path())
            .filter(found -> routes.isAboutPeople(found.route()))
            .filter(found -> found.route().role().isEmpty());
    Optional<String> token =
        exchange.header("authorization").filter(field -> field.startsWith(BEARER));
    if (open.isPresent()) {
      people.serve(exchange, open.get(), Optional.empty());
    } else if (token.isPresent()) {
      String text = token.get().substring(BEARER.length()).strip();
      Optional<Principal> holder = served.identities().holder(text);
      if (holder.isPresent()) {
        refuse(exchange, aws.admit(exchange, holder.get(), caller -> serve(exchange, caller)));
      } else {
        exchange.answer(unknownToken());
      }
    } else {
      refuse(exchange, aws.admit(exchange, caller -> serve(exchange, caller)));
    }
  }

  private static void refuse(Exchange exchange, Optional<AwsDoor.Refusal> refusal) {
    refusal.ifPresent(why -> exchange.answer(problem(why)));
  }

  /// RFC 6750, 3.1.
  private static Problem unknownToken() {
    return Problem.of(
            401,
            "route",
            "invalid-token",
            "The token is not valid",
            "It has expired, was revoked, or never was one.",
            "Get another one by 'ol login'.")
        .with("www-authenticate", "Bearer error=\"invalid_token\"");
  }

  private static Problem problem(AwsDoor.Refusal refusal) {
    var problem =
        Problem.of(
            refusal.status(),
            "route",
            "not-admitted",
            "The request was not let in",
            refusal.message(),
            "Log in by 'ol login', or sign it with a key of this server, as its first start has"
                + " printed one; only /status, /healthz and /readyz are answered without.");
    return refusal.retryAfterSeconds() > 0
        ? problem.retryAfter(Duration.ofSeconds(refusal.retryAfterSeconds()))
        : problem;
  }

  private void serve(Exchange exchange, Principal caller) {
    boolean isCall = exchange.path().startsWith(Router.MOUNT);
    Duration wait = callers.take(caller, isCall);
    Optional<Found> found = routes.find(exchange.method(), exchange.path());
    if (!wait.isZero()) {
      exchange.answer(tooMany(wait));
    } else if (found.isEmpty()) {
      nothing(exchange);
    } else if (!found.get().route().role().stream().allMatch(caller.role()::covers)) {
      forbid(exchange, found.get(), caller);
    } else if (isCall) {
      desk(caller).router.run(exchange);
    } else if (routes.isListing(found.get().route())) {
      routes.list(exchange);
    } else if (routes.isAboutPeople(found.get().route())) {
      people.serve(exchange, found.get(), Optional.of(caller));
    } else if (AliasApi.isOurs(exchange.path())) {
      new AliasApi(served.rollbacks(), actor(exchange, caller)).serve(exchange);
    } else if (found.get().route().isChange()) {
      changing(exchange, caller).serve(exchange);
    } else {
      desk(caller).api.serve(exchange);
    }
  }

  private static Problem tooMany(Duration wait) {
    return Problem.of(
            429,
            "route",
            "too-many-requests",
            "These are too many requests",
            "The caller has made as many as it may for now.",
            "Try again after the time in Retry-After.")
        .retryAfter(wait);
  }

  private void nothing(Exchange exchange) {
    List<String> methods = routes.methods(exchange.path());
    if (methods.isEmpty()) {
      Api.unknownPath(exchange);
    } else {
      Api.methodNotAllowed(exchange, String.join(", ", methods));
    }
  }

  private void forbid(Exchange exchange, Found found, Principal caller) {
    Route route = found.route();
    if (route.isChange()) {
      String resource = String.join(":", found.labels().values());
      served.administration().refused(actor(exchange, caller), route.operation(), resource);
    }
    exchange.answer(
        Problem.of(
            403,
            "route",
            "not-allowed",
            "The role of this user does not allow it",
            "It is "
                + word(caller.role())
                + "; needed is "
                + word(route.role().orElseThrow())
                + ".",
            "Ask an administrator of the account."));
  }

  private static String word(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static Actor actor(Exchange exchange, Principal caller) {
    return new Actor(caller, exchange.peer(), exchange.id());
  }

  private Desk desk(Principal caller) {
    return desks.computeIfAbsent(caller.account(), this::desk);
  }

  /// One for a single change, which names who makes it.
  private Api changing(Exchange exchange, Principal caller) {
    Registry registry = served.registries().of(actor(exchange, caller));
    return new Api(behind(registry, caller.account()), desk(caller).tallies, parts.time());
  }

  private Api.Behind behind(Registry registry, Account account) {
    return new Api.Behind(registry, parts.journal(), account, parts.worker(), readers);
  }

  private Desk desk(Account account) {
    var tallies = new Tallies();
    var registry = served.registries().of(account);
    return new Desk(
        new Router(registry, invoker, parts.journal(), parts.time(), tallies),
        new Api(behind(registry, account), tallies, parts.time()),
        tallies);
  }

  @Override
  public void refuse(Exchange exchange, Problem why) {
    if (AwsDoor.isOurs(exchange.path())) {
      AwsDoor.refuse(exchange, why);
    } else {
      exchange.answer(why);
    }
  }

  @Override
  public boolean isLight(String path) {
    return AwsDoor.isCall(path) || path.startsWith(Router.MOUNT);
  }

  @Override
  public long bodyLimit(String authority, String method, String path) {
    if (FunctionUrl.isHost(authority)) {
      return config.largestBody().count();
    }
    if (AwsDoor.isOurs(path) || Api.isUpload(method, path)) {
      return AwsDoor.bodyLimit(path);
    }
    return path.startsWith(Router.MOUNT) ? config.largestBody().count() : PeopleDoor.MOST_BODY;
  }

  @Override
  public long calls() {
    return awsCalls.get() + desks.values().stream().mapToLong(desk -> desk.router.calls()).sum();
  }

  @Override
  public void letGo() {
    desks.values().forEach(desk -> desk.api.letGo());
  }
}
