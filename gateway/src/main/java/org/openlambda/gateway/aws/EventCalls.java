package org.openlambda.gateway.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.limit.Room;
import org.openlambda.gateway.limit.Rooms;

/// Calls of functions with an event, as AWS Lambda makes them: with the lines START, END and REPORT
/// in the log. Safe for any thread.
public final class EventCalls {
  private static final byte[] NO_EVENT = {'{', '}'};
  private static final Payload NOTHING = new Payload.Whole(200, List.of(), new byte[0]);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Rooms rooms;
  private final Invoker invoker;
  private final Journal journal;
  private final Time time;

  /// @param rooms for events that wait or run, and for answers
  public EventCalls(Invoker invoker, Journal journal, Rooms rooms, Time time) {
    this.rooms = rooms;
    this.invoker = invoker;
    this.journal = journal;
    this.time = time;
  }

  /// What a function is called with.
  ///
  /// @param arn by which it was called
  /// @param client what the caller says of itself, JSON in base64
  /// @param json nothing means `{}`; not copied
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Event(String arn, Optional<String> client, byte[] json) {}

  /// For a call whose answer is to be whole; closed when it has been given.
  public WholeReply wholeReply(Version version) {
    return new WholeReply(rooms.answers(), version.function().toString());
  }

  /// The same as [#run]; the answer is whole.
  public Outcome runWhole(Exchange exchange, Version version, Event event, WholeReply reply) {
    return reply.of(run(exchange, version, event, reply));
  }

  /// Calls it; blocks as long as it runs. Not made if too much waits or runs that is as large.
  public Outcome run(Exchange exchange, Version version, Event event, Reply reply) {
    int kibi = event.json.length / 1024;
    Optional<Room.Place> place =
        kibi == 0
            ? Optional.of(Room.Place.NONE)
            : rooms.held().enter(version.function().toString(), kibi);
    if (place.isEmpty()) {
      return new Outcome.Rejected(Outcome.Reason.QUEUE_FULL, RETRY);
    }
    try (var _ = place.get()) {
      return called(exchange, version, event, reply);
    }
  }

  private Outcome called(Exchange exchange, Version version, Event event, Reply reply) {
    var log = new CallLog(journal, time, exchange.id(), version);
    Outcome outcome =
        invoker.invoke(
            new Invocation(
                exchange.id(),
                version,
                request(exchange, version, event),
                reply,
                exchange.receivedNanos(),
                exchange.readiness(),
                log::begin));
    if (outcome instanceof Outcome.Ran ran) {
      log.end(ran);
    }
    return outcome;
  }

  /// The runtime is told by header fields what the Runtime API would tell it.
  private static Request request(Exchange exchange, Version version, Event event) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("content-type", "application/json"));
    headers.add(new Header("lambda-runtime-invoked-function-arn", event.arn));
    event.client.ifPresent(
        client -> headers.add(new Header("lambda-runtime-client-context", client)));
    return new Request(
        "POST",
        "/2015-03-31/functions/" + version.name() + "/invocations",
        "",
        "",
        headers,
        new Body.Whole(event.json.length == 0 ? NO_EVENT : event.json),
        exchange.peer(),
        exchange.scheme());
  }

  /// Notes how a call ended; before its caller knows it.
  ///
  /// @param status that the caller sees
  public void record(Exchange exchange, Version version, Outcome outcome, int status) {
    Outcome light =
        outcome instanceof Outcome.Returned(_, var usage)
            ? new Outcome.Returned(NOTHING, usage)
            : outcome;
    journal.ended(
        new Journal.Entry(
            exchange.id(), version.function(), version.label(), time.now(), light, status));
  }
}
