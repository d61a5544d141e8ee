package org.openlambda.gateway;

import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.gateway.Gateway.Parts;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.api.ApiDescription;
import org.openlambda.gateway.api.OwnRoutes;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.monitoring.Monitoring;
import org.openlambda.gateway.router.Router;
import org.openlambda.gateway.router.Tallies;

/// `/run/…` is a call, the rest is the API, and everybody is served.
final class OpenPaths implements Gateway.Paths {
  private final GatewayConfig config;
  private final Router router;
  private final Api api;
  private final OwnRoutes routes = OwnRoutes.open();
  private final ApiDescription description = new ApiDescription(routes, false);
  private final Monitoring monitoring;

  OpenPaths(GatewayConfig config, Registry registry, Parts parts) {
    var tallies = new Tallies();
    this.config = config;
    this.monitoring = new Monitoring(parts.worker(), parts.time());
    Invoker invoker = monitoring.metered(parts.invoker());
    this.router = new Router(registry, invoker, parts.journal(), parts.time(), tallies);
    var behind =
        new Api.Behind(registry, parts.journal(), Account.FIRST, parts.worker(), new LogReaders());
    this.api = new Api(behind, tallies, parts.time());
  }

  @Override
  public void handle(Exchange exchange) {
    String path = exchange.path();
    if (path.startsWith(Router.MOUNT)) {
      router.run(exchange);
    } else if (Monitoring.isOurs(path)) {
      monitoring.serve(exchange);
    } else if (path.equals(ApiDescription.PATH)) {
      description.serve(exchange);
    } else if (routes.methods(path).isEmpty()) {
      Api.unknownPath(exchange);
    } else {
      api.serve(exchange);
    }
  }

  @Override
  public boolean isLight(String path) {
    return path.startsWith(Router.MOUNT);
  }

  @Override
  public long bodyLimit(String authority, String method, String path) {
    return (Api.isUpload(method, path) ? config.largestBundle() : config.largestBody()).count();
  }

  @Override
  public long calls() {
    return router.calls();
  }

  @Override
  public void letGo() {
    api.letGo();
  }
}
