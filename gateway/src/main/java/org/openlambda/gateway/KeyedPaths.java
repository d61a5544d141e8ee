package org.openlambda.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.gateway.Gateway.Parts;
import org.openlambda.gateway.Gateway.Served;
import org.openlambda.gateway.api.AliasApi;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.aws.AwsDoor;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.router.ReservedConcurrency;
import org.openlambda.gateway.router.Router;
import org.openlambda.gateway.router.Tallies;

/// The AWS Lambda API, and the API of our own for each account. Who has no key learns that there is
/// a server, and no more.
final class KeyedPaths implements Gateway.Paths {
  private static final String STATUS = "/status";

  /// What shows more than an account's own.
  private static final Set<String> OF_THE_SERVER = Set.of("/stats", "/debug");

  private final GatewayConfig config;
  private final Served.WithKeys served;
  private final Parts parts;
  private final Invoker invoker;
  private final AwsDoor aws;
  private final AtomicLong awsCalls = new AtomicLong();

  /// As many as there are accounts with keys.
  private final Map<Account, Desk> desks = new ConcurrentHashMap<>();

  /// One account's part of the API of our own.
  private record Desk(Router router, Api api, AliasApi aliases) {}

  KeyedPaths(GatewayConfig config, Served.WithKeys served, Parts parts) {
    this.config = config;
    this.served = served;
    this.invoker = new ReservedConcurrency(parts.invoker(), served.routes());
    this.parts = parts;
    var behind = new AwsDoor.Parts(served.routes(), served.identities(), served.control());
    this.aws = new AwsDoor(behind, invoker, parts.journal(), parts.time());
  }

  @Override
  public void handle(Exchange exchange) {
    String path = exchange.path();
    if (AwsDoor.isOurs(path)) {
      awsCalls.addAndGet(AwsDoor.isCall(path) ? 1 : 0);
      aws.serve(exchange);
    } else if (path.equals(STATUS)) {
      Api.ready(exchange);
    } else {
      aws.admit(exchange, caller -> serve(exchange, caller))
          .ifPresent(refusal -> exchange.answer(problem(refusal)));
    }
  }

  private static Problem problem(AwsDoor.Refusal refusal) {
    var problem =
        Problem.of(
            refusal.status(),
            "route",
            "not-admitted",
            "The request was not let in",
            refusal.message(),
            "Sign it with a key of this server, as its first start has printed one; only /status is"
                + " answered without.");
    return refusal.retryAfterSeconds() > 0
        ? problem.retryAfter(Duration.ofSeconds(refusal.retryAfterSeconds()))
        : problem;
  }

  private void serve(Exchange exchange, Principal caller) {
    boolean call = exchange.path().startsWith(Router.MOUNT);
    Desk desk = desks.computeIfAbsent(caller.account(), this::desk);
    if (!caller.role().covers(call ? Role.INVOKER : Role.DEVELOPER)) {
      exchange.answer(
          Problem.of(
              403,
              "route",
              "not-allowed",
              "This key may only call functions",
              "Its role is " + caller.role() + ".",
              "Use a key of a developer or an administrator."));
    } else if (OF_THE_SERVER.contains(exchange.path())) {
      Api.unknownPath(exchange);
    } else if (call) {
      desk.router.run(exchange);
    } else if (AliasApi.isOurs(exchange.path())) {
      desk.aliases.serve(exchange);
    } else {
      desk.api.serve(exchange);
    }
  }

  private Desk desk(Account account) {
    var tallies = new Tallies();
    var registry = served.registries().of(account);
    var behind = new Api.Behind(registry, parts.journal(), account, parts.worker());
    return new Desk(
        new Router(registry, invoker, parts.journal(), parts.time(), tallies),
        new Api(behind, tallies, parts.time()),
        new AliasApi(served.rollbacks(), account));
  }

  @Override
  public boolean isLight(String path) {
    return AwsDoor.isCall(path) || path.startsWith(Router.MOUNT);
  }

  @Override
  public long bodyLimit(String method, String path) {
    return AwsDoor.isOurs(path) || Api.isUpload(method, path)
        ? AwsDoor.bodyLimit(path)
        : config.largestBody().count();
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
