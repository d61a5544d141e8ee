package org.openlambda.gateway.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.Route;
import org.openlambda.gateway.door.Exchange;

/// The API of our own: what is not named here is not reached. [ApiDescription] describes each.
/// Immutable.
public final class OwnRoutes {
  private static final String REGISTRY = "/registry";
  private static final String FUNCTION = REGISTRY + "/{function}";

  /// Of these routes themselves.
  private static final Route LISTING =
      Route.of("ListRoutes", "GET", "/api/v1/routes", Role.INVOKER);

  /// What every server has; calls first, as most requests are.
  private static final List<Route> EVERYWHERE =
      List.of(
          Route.of("Call", "*", "/run/*", Role.INVOKER),
          Route.open("Status", "GET", "/status"),
          Route.open("Health", "GET", "/healthz"),
          Route.open("Readiness", "GET", "/readyz"),
          Route.open("Metrics", "GET", "/metrics"),
          Route.open("Describe", "GET", ApiDescription.PATH),
          Route.of("ListNames", "GET", REGISTRY, Role.DEVELOPER),
          Route.of("ListNames", "GET", REGISTRY + "/", Role.DEVELOPER),
          Route.of("InstallFunction", "POST", FUNCTION, Role.DEVELOPER),
          Route.of("RemoveFunction", "DELETE", FUNCTION, Role.DEVELOPER),
          Route.of("GetConfiguration", "GET", FUNCTION + "/config", Role.DEVELOPER),
          Route.of("ListFunctions", "GET", "/api/v1/functions", Role.DEVELOPER),
          Route.of("GetStatus", "GET", "/api/v1/status", Role.DEVELOPER),
          Route.of("ReadLogs", "GET", "/api/v1/logs", Role.DEVELOPER),
          Route.of("GetInvocation", "GET", "/api/v1/invocations/{id}", Role.DEVELOPER));

  /// What the gateway answers beside them where there are accounts.
  private static final List<Route> OF_ACCOUNTS =
      List.of(
          Route.of(
              "RollBackAlias",
              "POST",
              "/api/v1/functions/{function}/aliases/{alias}/rollback",
              Role.DEVELOPER),
          LISTING);

  /// What tells of all functions together, so that there are no accounts where it is.
  private static final List<Route> WITHOUT_ACCOUNTS =
      List.of(Route.open("Statistics", "GET", "/stats"), Route.open("Debug", "GET", "/debug"));

  private final List<Route> all;
  private final Set<Route> peoples;

  private OwnRoutes(List<Route> gateways, List<Route> peoples) {
    this.all = Stream.of(EVERYWHERE, gateways, peoples).<Route>flatMap(List::stream).toList();
    this.peoples = Set.copyOf(peoples);
  }

  /// Those of a server with accounts.
  ///
  /// @param peoples those of [org.openlambda.core.identity.Administration]
  public static OwnRoutes ofAccounts(List<Route> peoples) {
    return new OwnRoutes(OF_ACCOUNTS, peoples);
  }

  /// Those of a server that serves everybody.
  public static OwnRoutes open() {
    return new OwnRoutes(WITHOUT_ACCOUNTS, List.of());
  }

  /// All of them.
  public List<Route> all() {
    return all;
  }

  /// Whether it is [#list] that answers it.
  public boolean isListing(Route route) {
    return route.equals(LISTING);
  }

  /// Tells which routes there are, and for whom.
  public void list(Exchange exchange) {
    Json.answer(exchange, all.stream().map(OwnRoutes::described).toList());
  }

  private static Map<String, String> described(Route route) {
    var described = new LinkedHashMap<String, String>();
    described.put("operation", route.operation());
    described.put("method", route.method());
    described.put("path", route.path());
    described.put("role", route.role().map(r -> r.name().toLowerCase(Locale.ROOT)).orElse("none"));
    return described;
  }

  /// Whether [org.openlambda.core.identity.Administration] answers it.
  public boolean isAboutPeople(Route route) {
    return peoples.contains(route);
  }

  /// What was found.
  ///
  /// @param labels what stood in the path for each name in braces, percent-encoded
  public record Found(Route route, Map<String, String> labels) {}

  /// The route of a request, if it has one.
  public Optional<Found> find(String method, String path) {
    for (Route route : all) {
      if (route.takes(method)) {
        Optional<Map<String, String>> labels = route.match(path);
        if (labels.isPresent()) {
          return Optional.of(new Found(route, labels.get()));
        }
      }
    }
    return Optional.empty();
  }

  /// The methods that a path has, if it is there at all.
  public List<String> methods(String path) {
    return all.stream()
        .filter(route -> route.match(path).isPresent())
        .map(Route::method)
        .distinct()
        .toList();
  }
}
