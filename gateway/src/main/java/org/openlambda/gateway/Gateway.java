package org.openlambda.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.openlambda.core.function.Registry;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.gateway.aws.AwsDoor;
import org.openlambda.gateway.door.Door;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Handler;
import org.openlambda.gateway.router.Router;
import org.openlambda.gateway.router.Tallies;

/// The open gateway: an HTTP server that calls one invoker. Safe for any thread.
public final class Gateway implements AutoCloseable {
  private final Door door;
  private final Router router;
  private final Api api;

  private Gateway(Door door, Router router, Api api) {
    this.door = door;
    this.router = router;
    this.api = api;
  }

  /// What the gateway calls.
  ///
  /// @param registry what names mean
  /// @param invoker runs calls
  /// @param journal is told how they ended, and knows what they printed
  /// @param worker tells `/stats` and `/debug` what goes on below
  /// @param aws what stands behind the AWS Lambda API, if that is served
  /// @param time the clocks
  public record Parts(
      Registry registry,
      Invoker invoker,
      Journal journal,
      WorkerReport worker,
      Optional<AwsDoor.Parts> aws,
      Time time) {}

  /// Opens it: callers are served when this returns.
  ///
  /// @throws IOException if the address cannot be listened on
  public static Gateway open(GatewayConfig config, Parts parts) throws IOException {
    var tallies = new Tallies();
    var router =
        new Router(parts.registry(), parts.invoker(), parts.journal(), parts.time(), tallies);
    var api = new Api(parts.registry(), parts.journal(), parts.worker(), tallies, parts.time());
    Optional<AwsDoor> aws =
        parts
            .aws()
            .map(behind -> new AwsDoor(behind, parts.invoker(), parts.journal(), parts.time()));
    var door = Door.open(config.door(), new Paths(config, router, aws, api), parts.time());
    return new Gateway(door, router, api);
  }

  /// Where it listens.
  public int port() {
    return door.port();
  }

  /// How many calls were answered since the start.
  public long calls() {
    return router.calls();
  }

  /// Takes no new callers, answers 503 to new requests on open connections, waits for the running
  /// ones and closes the connections. Followed logs end. Blocks up to `limit`.
  ///
  /// @return whether all had ended by then
  public boolean drain(Duration limit) throws InterruptedException {
    api.letGo();
    return door.drain(limit);
  }

  /// Closes at once; [#drain] first to let callers finish. Blocks up to 2 s.
  @Override
  public void close() {
    door.close();
  }

  /// Which paths are calls, and which are ours.
  private record Paths(GatewayConfig config, Router router, Optional<AwsDoor> aws, Api api)
      implements Handler {
    @Override
    public void handle(Exchange exchange) {
      if (aws.isPresent()) {
        handle(exchange, aws.get());
      } else if (exchange.path().startsWith(Router.MOUNT)) {
        router.run(exchange);
      } else {
        api.serve(exchange);
      }
    }

    /// Without a key nobody learns more than that there is a server.
    private void handle(Exchange exchange, AwsDoor door) {
      if (AwsDoor.isOurs(exchange.path())) {
        door.serve(exchange);
      } else if (exchange.path().equals("/status")) {
        api.serve(exchange);
      } else {
        Api.unknownPath(exchange);
      }
    }

    @Override
    public boolean isLight(String path) {
      return aws.isPresent() ? AwsDoor.isCall(path) : path.startsWith(Router.MOUNT);
    }

    @Override
    public long bodyLimit(String method, String path) {
      if (aws.isPresent() && AwsDoor.isOurs(path)) {
        return AwsDoor.bodyLimit(path);
      }
      return (Api.isUpload(method, path) ? config.largestBundle() : config.largestBody()).count();
    }
  }
}
