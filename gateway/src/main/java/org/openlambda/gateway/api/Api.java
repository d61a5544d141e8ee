package org.openlambda.gateway.api;

import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.router.Tallies;

/// Everything but calls: finds who answers a path. Safe for any thread.
public final class Api {
  private static final String REGISTRY = "/registry/";
  private static final String INVOCATIONS = "/api/v1/invocations/";

  private final RegistryApi registry;
  private final JournalApi journal;
  private final WorkerApi worker;

  /// What it tells of.
  ///
  /// @param account whose invocations and log lines are shown
  /// @param readers of log lines, of all accounts
  public record Behind(
      Registry registry,
      Journal journal,
      Account account,
      WorkerReport worker,
      LogReaders readers) {}

  public Api(Behind behind, Tallies tallies, Time time) {
    this.registry = new RegistryApi(behind.registry);
    this.journal = new JournalApi(behind.journal, behind.account, behind.readers);
    this.worker = new WorkerApi(behind.registry, behind.worker, tallies, time);
  }

  /// Whether such a request uploads a bundle, whose body may be larger than a call's.
  public static boolean isUpload(String method, String path) {
    return method.equals("POST") && path.startsWith(REGISTRY);
  }

  /// Answers a request. Blocks as long as it takes: a log that is followed has no end.
  public void serve(Exchange exchange) {
    String path = exchange.path();
    switch (path) {
      case "/status" -> read(exchange, Api::ready);
      case "/stats" -> read(exchange, worker::stats);
      case "/debug" -> read(exchange, worker::debug);
      case "/registry", "/registry/" -> read(exchange, registry::names);
      case "/api/v1/functions" -> read(exchange, registry::functions);
      case "/api/v1/status" -> read(exchange, worker::statusInJson);
      case "/api/v1/logs" -> read(exchange, journal::logs);
      default -> serveBelow(exchange, path);
    }
  }

  /// Says that the server serves.
  public static void ready(Exchange exchange) {
    Json.text(exchange, 200, "ready\n");
  }

  /// Ends the answers that have no end of their own, so that the door can be drained.
  public void letGo() {
    journal.letGo();
  }

  private void serveBelow(Exchange exchange, String path) {
    if (path.startsWith(REGISTRY)) {
      registry.serve(exchange, path.substring(REGISTRY.length()));
    } else if (path.startsWith(INVOCATIONS)) {
      read(exchange, asked -> journal.invocation(asked, path.substring(INVOCATIONS.length())));
    } else {
      unknownPath(exchange);
    }
  }

  /// What only answers, and changes nothing.
  interface Reading {
    void answer(Exchange exchange);
  }

  static void read(Exchange exchange, Reading reading) {
    switch (exchange.method()) {
      case "GET", "HEAD" -> reading.answer(exchange);
      default -> methodNotAllowed(exchange, "GET, HEAD");
    }
  }

  /// The path is there, and has no such method.
  public static void methodNotAllowed(Exchange exchange, String allowed) {
    exchange.answer(
        Problem.of(
                405,
                "route",
                "method-not-allowed",
                "This method is not allowed here",
                exchange.method() + " is not among the methods of this path.",
                "Use one of: " + allowed + ".")
            .with("allow", allowed));
  }

  /// Nothing answers at this path.
  public static void unknownPath(Exchange exchange) {
    exchange.answer(
        Problem.of(
            404,
            "route",
            "unknown-path",
            "There is nothing at this path",
            "Nothing answers at this path.",
            "Functions are at /run/<name>; the API is at /registry and /api/v1."));
  }
}
