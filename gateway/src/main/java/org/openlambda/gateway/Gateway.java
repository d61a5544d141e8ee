package org.openlambda.gateway;

import java.io.IOException;
import java.time.Duration;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.control.Registries;
import org.openlambda.core.control.Rollbacks;
import org.openlambda.core.function.Registry;
import org.openlambda.core.identity.Administration;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.route.Routes;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.gateway.door.Door;
import org.openlambda.gateway.door.Handler;
import org.openlambda.gateway.limit.CallerLimits;

/// The open gateway: an HTTP server that calls one invoker. Safe for any thread.
public final class Gateway implements AutoCloseable {
  private final Door door;
  private final Paths paths;

  private Gateway(Door door, Paths paths) {
    this.door = door;
    this.paths = paths;
  }

  /// What the gateway calls.
  ///
  /// @param served whose functions
  /// @param invoker runs calls
  /// @param journal is told how they ended, and knows what they printed
  /// @param worker tells `/stats` and `/debug` what goes on below
  /// @param time the clocks
  public record Parts(
      Served served, Invoker invoker, Journal journal, WorkerReport worker, Time time) {}

  /// Whose functions are called, and by whom.
  public sealed interface Served {
    /// One registry's, by whoever reaches the door.
    record Openly(Registry registry) implements Served {}

    /// Those of accounts, by who has a key of one.
    ///
    /// @param routes what may be called by the AWS Lambda API
    /// @param registries the same as registries, for the API of our own
    /// @param identities whose keys there are
    /// @param control answers what calls nothing
    /// @param rollbacks moves aliases back
    /// @param administration answers what is about people
    /// @param limits what each caller may ask for
    record WithKeys(
        Routes routes,
        Registries registries,
        Identities identities,
        ControlApi control,
        Rollbacks rollbacks,
        Administration administration,
        CallerLimits limits)
        implements Served {}
  }

  /// What answers the paths.
  interface Paths extends Handler {
    /// How many calls were answered.
    long calls();

    /// Ends the answers that have no end of their own.
    void letGo();
  }

  /// Loads what takes longest to load before it can be opened, a tenth of a second. Any thread.
  public static void load() {
    Door.load();
  }

  /// Opens it: callers are served when this returns.
  ///
  /// @throws IOException if the address cannot be listened on
  public static Gateway open(GatewayConfig config, Parts parts) throws IOException {
    Paths paths =
        switch (parts.served()) {
          case Served.Openly(var registry) -> new OpenPaths(config, registry, parts);
          case Served.WithKeys served -> new KeyedPaths(config, served, parts);
        };
    return new Gateway(Door.open(config.door(), paths, parts.time()), paths);
  }

  /// Where it listens.
  public int port() {
    return door.port();
  }

  /// How many calls were answered since the start.
  public long calls() {
    return paths.calls();
  }

  /// Takes no new callers, answers 503 to new requests on open connections, waits for the running
  /// ones and closes the connections. Followed logs end. Blocks up to `limit`.
  ///
  /// @return whether all had ended by then
  public boolean drain(Duration limit) throws InterruptedException {
    paths.letGo();
    return door.drain(limit);
  }

  /// Closes at once; [#drain] first to let callers finish. Blocks up to 3 s.
  @Override
  public void close() {
    door.close();
  }
}
