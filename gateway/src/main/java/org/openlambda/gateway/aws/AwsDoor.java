package org.openlambda.gateway.aws;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.Routes;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.aws.Signatures.Claim;
import org.openlambda.gateway.aws.Signatures.Signed;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.limit.Callers;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.limit.Room;
import org.openlambda.gateway.limit.Rooms;

/// The APIs of AWS: every path that begins with a date is Lambda's, and `/` is that of CloudWatch
/// Logs. Safe for any thread.
public final class AwsDoor {
  /// Bytes of an event, as the service allows.
  static final long MOST_EVENT = 6L * 1024 * 1024;

  /// Bytes of any other request: an archive of 50 MB in base64.
  static final long MOST_REQUEST = 70_167_211;

  /// What paths with a date begin with, and the last of all: no digit of a date is larger.
  private static final String CENTURY = "/20";

  private static final String LAST_DATE = "/2099-19-39/";

  /// Of protocols that name the operation in a header field (awsJson1_1).
  private static final String TARGETED = "/";

  private static final String FUNCTIONS = "/2015-03-31/functions/";
  private static final String INVOCATIONS = "/invocations";
  private static final String STREAMED = "/2021-11-15/functions/";
  private static final String STREAMING = "/response-streaming-invocations";

  /// Bodies beyond this are large.
  private static final long SMALL = 6L * 1024 * 1024;

  /// A body has to arrive in this time, and as much more as it takes at 128 KiB a second.
  private static final Duration BODY_PATIENCE = Duration.ofSeconds(30);

  private static final long SLOWEST_KIBI = 128;

  private final Rooms rooms;
  private final Callers callers;
  private final LogReaders readers;
  private final Signatures signatures;
  private final InvokeDoor invocations;
  private final ControlApi control;

  /// What stands behind the API.
  ///
  /// @param callers counts what is asked for
  /// @param readers of logs
  /// @param rooms what of it may be in memory
  public record Parts(
      Routes routes,
      Identities identities,
      ControlApi control,
      Callers callers,
      LogReaders readers,
      Rooms rooms) {}

  public AwsDoor(Parts parts, EventCalls calls, Journal journal, Time time) {
    this.signatures = new Signatures(parts.identities(), time);
    this.invocations = new InvokeDoor(parts.routes(), calls, journal);
    this.control = parts.control();
    this.callers = parts.callers();
    this.readers = parts.readers();
    this.rooms = parts.rooms();
  }

  /// Whether a path is one of the APIs'.
  public static boolean isOurs(String path) {
    return isLogs(path) || isDated(path);
  }

  /// Whether a path is that of CloudWatch Logs.
  static boolean isLogs(String path) {
    return path.equals(TARGETED);
  }

  /// By hand, as it is asked several times for each call.
  private static boolean isDated(String path) {
    if (path.length() <= LAST_DATE.length() || !path.startsWith(CENTURY)) {
      return false;
    }
    for (int i = CENTURY.length(); i < LAST_DATE.length(); i++) {
      char last = LAST_DATE.charAt(i);
      char first = Character.isDigit(last) ? '0' : last;
      if (path.charAt(i) < first || path.charAt(i) > last) {
        return false;
      }
    }
    return true;
  }

  /// Whether a request only calls a function.
  public static boolean isCall(String path) {
    return isBetween(path, FUNCTIONS, INVOCATIONS) || isBetween(path, STREAMED, STREAMING);
  }

  private static boolean isBetween(String path, String start, String end) {
    return path.startsWith(start)
        && trimmed(path).endsWith(end)
        && path.length() > start.length() + end.length();
  }

  /// How many bytes the body of such a request may have.
  public static long bodyLimit(String path) {
    return isCall(path) || isLogs(path) ? MOST_EVENT : MOST_REQUEST;
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /// Answers a request whose path is ours, and that the door does not let in.
  public static void refuse(Exchange exchange, Problem why) {
    AwsFault fault =
        why.status() == 413
            ? AwsFault.tooLarge(bodyLimit(exchange.path()), isCall(exchange.path()))
            : new AwsFault(
                why.status(),
                why.status() < 500 ? "InvalidRequestContentException" : "ServiceException",
                why.detail(),
                Map.of(),
                why.retryAfterSeconds());
    fault.answer(exchange);
  }

  /// Answers a request whose path is ours.
  public void serve(Exchange exchange) {
    try {
      withBody(exchange, this::answer);
    } catch (Refused refused) {
      refused.fault().answer(exchange);
    }
  }

  /// Has a request answered whose path is not ours, once it is known who signed it.
  ///
  /// @return why it was not
  public Optional<Refusal> admit(Exchange exchange, Consumer<Principal> answering) {
    try {
      withBody(exchange, (_, signed, _) -> answering.accept(signed.principal()));
      return Optional.empty();
    } catch (Refused refused) {
      return Optional.of(refusal(refused.fault()));
    }
  }

  /// The same for who is known already, by a token: a large body takes room all the same.
  public Optional<Refusal> admit(
      Exchange exchange, Principal caller, Consumer<Principal> answering) {
    boolean isLarge = isLarge(exchange);
    try (var _ = isLarge ? entered(rooms.large().enter(caller.credential(), 1)) : Room.Place.NONE) {
      answering.accept(caller);
      return Optional.empty();
    } catch (Refused refused) {
      return Optional.of(refusal(refused.fault()));
    }
  }

  private static Refusal refusal(AwsFault fault) {
    return new Refusal(fault.status(), fault.message(), fault.retryAfterSeconds());
  }

  /// Why a request was not answered.
  ///
  /// @param retryAfterSeconds 0 if trying again is of no use
  public record Refusal(int status, String message, long retryAfterSeconds) {}

  /// What is done with a request whose signature was checked.
  private interface Answering {
    void answer(Exchange exchange, Signed signed, byte[] body) throws Refused;
  }

  /// Reads the body of who claims to be known, and holds no more of them at once than there is room
  /// for.
  private void withBody(Exchange exchange, Answering answering) throws Refused {
    Claim claim = signatures.claim(exchange);
    String key = claim.credential().id();
    boolean isLarge = isLarge(exchange);
    try (var _ = isLarge ? entered(rooms.large().enter(key, 1)) : Room.Place.NONE) {
      byte[] body;
      Signed signed;
      try (var _ = isLarge ? Room.Place.NONE : claimed(exchange, key)) {
        body = body(exchange);
        signed = signatures.check(exchange, claim, body);
      }
      try (var _ = isLarge ? Room.Place.NONE : held(exchange, signed, body)) {
        answering.answer(exchange, signed, body);
      }
    }
  }

  /// For as long as it is answered. Events of calls have places of their functions.
  private Room.Place held(Exchange exchange, Signed signed, byte[] body) throws Refused {
    int kibi = body.length / 1024;
    if (kibi == 0 || (isOurs(exchange.path()) && isCall(exchange.path()))) {
      return Room.Place.NONE;
    }
    return entered(rooms.held().enter(signed.principal().account().text(), kibi));
  }

  private Room.Place claimed(Exchange exchange, String key) throws Refused {
    if (exchange.body() instanceof Body.Whole) {
      return Room.Place.NONE;
    }
    return entered(rooms.claimed().enter(key, (int) kibi(exchange)));
  }

  private static Room.Place entered(Optional<Room.Place> place) throws Refused {
    return place.orElseThrow(() -> new Refused(AwsFault.throttled("CallerRateLimitExceeded", 1)));
  }

  /// How large a body says to be, or may be.
  private static long kibi(Exchange exchange) {
    long most = mayBeLarge(exchange) ? MOST_REQUEST : MOST_EVENT;
    String length = exchange.header("content-length").orElse("");
    long bytes = length.matches("[0-9]{1,10}") ? Math.min(Long.parseLong(length), most) : most;
    return Math.ceilDiv(bytes, 1024L);
  }

  /// Archives come by the API and by uploads; calls, function URLs and all others are small.
  private static boolean mayBeLarge(Exchange exchange) {
    String path = exchange.path();
    boolean archive = isOurs(path) ? !isCall(path) : Api.isUpload(exchange.method(), path);
    return archive && !FunctionUrl.isHost(exchange.authority());
  }

  /// Whether it says so, or does not say.
  private static boolean isLarge(Exchange exchange) {
    if (exchange.body() instanceof Body.Whole || !mayBeLarge(exchange)) {
      return false; // it is small, or refused by the door
    }
    String length = exchange.header("content-length").orElse("");
    return !length.matches("[0-9]{1,10}") || Long.parseLong(length) > SMALL;
  }

  private void answer(Exchange exchange, Signed signed, byte[] body) throws Refused {
    String path = exchange.path();
    boolean isCall = exchange.method().equals("POST") && isCall(path);
    Duration wait = callers.take(signed.principal(), isCall);
    if (!wait.isZero()) {
      throw new Refused(AwsFault.throttled("CallerRateLimitExceeded", wait.toSeconds() + 1));
    }
    if (isLogs(path)) {
      try (var _ = reading(signed)) {
        control(exchange, signed, body);
      }
    } else if (!isCall) {
      control(exchange, signed, body);
    } else if (path.startsWith(FUNCTIONS)) {
      invocations.invoke(exchange, signed, between(path, FUNCTIONS, INVOCATIONS), body);
    } else {
      invocations.stream(exchange, signed, between(path, STREAMED, STREAMING), body);
    }
  }

  private Room.Place reading(Signed signed) throws Refused {
    return readers
        .enter(signed.principal().account())
        .orElseThrow(() -> new Refused(AwsFault.tooManyReaders()));
  }

  private static byte[] body(Exchange exchange) throws Refused {
    if (exchange.body() instanceof Body.Whole(byte[] bytes)) {
      return bytes;
    }
    try {
      Duration more = Duration.ofSeconds(kibi(exchange) / SLOWEST_KIBI);
      return exchange.wholeBody(BODY_PATIENCE.plus(more));
    } catch (Body.TooLarge e) {
      throw new Refused(AwsFault.tooLarge(bodyLimit(exchange.path()), isCall(exchange.path())));
    } catch (SocketTimeoutException e) {
      throw new Refused(
          AwsFault.of(408, "RequestTimeoutException", "The request's body came too slowly."));
    } catch (IOException e) {
      throw new Refused(
          AwsFault.of(400, "InvalidRequestContentException", "The request broke off."));
    }
  }

  private static String between(String path, String start, String end) throws Refused {
    String text = trimmed(path);
    return decoded(
        text.substring(start.length(), text.length() - end.length()).replace("+", "%2B"));
  }

  private static String decoded(String text) throws Refused {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refused(
          AwsFault.of(
              400, "InvalidRequestContentException", "The request is not percent-encoded."));
    }
  }

  private void control(Exchange exchange, Signed signed, byte[] body) throws Refused {
    var headers = new HashMap<String, String>();
    for (Header header : exchange.headers()) {
      headers.putIfAbsent(header.name().toLowerCase(Locale.ROOT), header.value());
    }
    headers.put(":scheme", exchange.scheme());
    ControlApi.Answer answer =
        control.serve(
            new ControlApi.Question(
                exchange.id(),
                signed.principal(),
                exchange.peer(),
                signed.region(),
                exchange.method(),
                exchange.path(),
                query(exchange.query()),
                headers,
                body));
    var fields = new ArrayList<Header>();
    answer.headers().forEach((name, value) -> fields.add(new Header(name, value)));
    fields.add(new Header("x-amzn-requestid", exchange.id().text()));
    exchange.answer(answer.status(), fields, answer.body());
  }

  private static Map<String, List<String>> query(String text) throws Refused {
    var query = new HashMap<String, List<String>>();
    if (text.isEmpty()) {
      return query;
    }
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      query.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return query;
  }
}
