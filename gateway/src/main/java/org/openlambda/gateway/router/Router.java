package org.openlambda.gateway.router;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.door.AnswerFields;
import org.openlambda.gateway.door.Exchange;

/// Serves `/run/<name>[/path…][?query]`: finds what the name means now, invokes it, answers with
/// the outcome and records it. Safe for any thread.
public final class Router {
  /// What the path of every invocation begins with.
  public static final String MOUNT = "/run/";

  private static final int MOST_ROUTES = 20_000;

  /// How often the version of a call is chosen again, see [#invokeNewest].
  private static final int MOST_CHOICES = 5;

  private static final Payload NOTHING = new Payload.Whole(200, List.of(), new byte[0]);

  private final Registry registry;
  private final Invoker invoker;
  private final Journal journal;
  private final Time time;
  private final Tallies tallies;
  private final Tallies.Tally requests;
  private final Running newest = this::invokeNewest;

  /// What is always the same for a name: kept so that a call does not compute it again.
  private final Map<String, Route> routes = new ConcurrentHashMap<>();

  private record Route(FunctionName name, String mount, Tallies.Tally tally) {}

  /// Runs a call.
  private interface Running {
    Outcome run(Invocation invocation);
  }

  /// How a function is reached, and what becomes of the fields of its answers.
  private record Place(
      String mount, String path, Tallies.Tally tally, UnaryOperator<List<Header>> fields) {}

  public Router(Registry registry, Invoker invoker, Journal journal, Time time, Tallies tallies) {
    this.registry = registry;
    this.invoker = invoker;
    this.journal = journal;
    this.time = time;
    this.tallies = tallies;
    this.requests = tallies.of("web-request");
  }

  /// Answers a request whose path begins with [#MOUNT]. Blocks until the invocation has ended.
  public void run(Exchange exchange) {
    String path = exchange.path();
    int slash = path.indexOf('/', MOUNT.length());
    int end = slash < 0 ? path.length() : slash;
    String text = path.substring(MOUNT.length(), end);
    Route known = routes.get(text);
    if (known == null && !FunctionName.isValid(text)) {
      exchange.answer(Refusals.badName(text));
      return;
    }
    FunctionName name = known == null ? new FunctionName(text) : known.name;
    switch (registry.find(name)) {
      case Registry.Lookup.Found(Version version) ->
          call(exchange, version, known == null ? route(name) : known, path.substring(end));
      case Registry.Lookup.Broken(_, List<String> problems) ->
          exchange.answer(Refusals.broken(name, problems));
      case Registry.Lookup.Unknown _ -> exchange.answer(Refusals.unknown(name));
    }
  }

  /// Of names that exist only, so that nobody fills the map with inventions.
  private Route route(FunctionName name) {
    var route = new Route(name, MOUNT + name, tallies.of(name.text()));
    if (routes.size() < MOST_ROUTES) {
      routes.put(name.text(), route);
    }
    return route;
  }

  private void call(Exchange exchange, Version version, Route route, String path) {
    var place = new Place(route.mount, path, route.tally, UnaryOperator.identity());
    call(exchange, version, place, newest);
  }

  /// Answers with what a version gives to the request as it came: path, query and fields are the
  /// function's. Blocks until the invocation has ended.
  ///
  /// @param version that was chosen; no other is
  /// @param fields what becomes of the fields of an answer
  public void pass(Exchange exchange, Version version, UnaryOperator<List<Header>> fields) {
    var tally = tallies.of(version.name().text());
    call(exchange, version, new Place("", exchange.path(), tally, fields), invoker::invoke);
  }

  private void call(Exchange exchange, Version version, Place place, Running running) {
    if (!version.config().allows(exchange.method())) {
      refuseMethod(exchange, version.config().methods());
      return;
    }
    var request =
        new Request(
            exchange.method(),
            place.mount,
            place.path,
            exchange.query(),
            exchange.headers(),
            exchange.body(),
            exchange.peer(),
            exchange.scheme());
    var reply = new StreamedReply(exchange, place.fields);
    var invocation =
        new Invocation(
            exchange.id(), version, request, reply, exchange.receivedNanos(), exchange.readiness());
    Outcome outcome = running.run(invocation);
    Answer answer = Answer.to(exchange, reply, outcome).with(place.fields);
    record(exchange, version, place.tally, outcome, answer.status());
    answer.give(exchange);
  }

  /// Chooses the version again when its code changed before it could be fetched; nothing has run
  /// then, and nothing of the body was read.
  private Outcome invokeNewest(Invocation invocation) {
    Outcome outcome = invoker.invoke(invocation);
    for (int i = 0; i < MOST_CHOICES && changed(outcome); i++) {
      FunctionName name = invocation.version().name();
      if (!(registry.find(name) instanceof Registry.Lookup.Found(Version newer))) {
        break;
      }
      outcome = invoker.invoke(invocation.of(newer));
    }
    return outcome;
  }

  private static boolean changed(Outcome outcome) {
    return outcome instanceof Outcome.Rejected(Outcome.Reason reason, _)
        && reason == Outcome.Reason.CODE_CHANGED;
  }

  /// Before the caller has the answer: whoever asks about it then finds it.
  private void record(
      Exchange exchange, Version version, Tallies.Tally tally, Outcome outcome, int status) {
    long took = time.nanos() - exchange.receivedNanos();
    requests.add(took);
    tally.add(took);
    journal.ended(
        new Journal.Entry(
            exchange.id(),
            version.function(),
            version.label(),
            time.now(),
            light(outcome),
            status));
  }

  /// OpenLambda's own text.
  private static void refuseMethod(Exchange exchange, List<String> allowed) {
    String text =
        "HTTP method not allowed. Sent: %s, Allowed: [%s]\n"
            .formatted(exchange.method(), String.join(" ", allowed));
    var headers = new ArrayList<Header>(2);
    headers.add(new Header("content-type", "text/plain; charset=utf-8"));
    if (allowed.stream().allMatch(AnswerFields::isToken)) {
      headers.add(new Header("allow", String.join(", ", allowed)));
    }
    exchange.answer(405, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  /// The outcome without the answer's bytes: a journal of 10,000 entries must not hold 60 GiB.
  private static Outcome light(Outcome outcome) {
    return outcome instanceof Outcome.Returned(Payload.Whole _, var usage)
        ? new Outcome.Returned(NOTHING, usage)
        : outcome;
  }

  /// How many calls were answered, whatever with.
  public long calls() {
    return requests.count();
  }

  /// For every name what [Tallies#report] says.
  public Map<String, Long> counters() {
    return tallies.report();
  }
}
