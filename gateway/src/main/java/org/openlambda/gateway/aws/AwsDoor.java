package org.openlambda.gateway.aws;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.route.Routes;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.aws.Signatures.Claim;
import org.openlambda.gateway.aws.Signatures.Signed;
import org.openlambda.gateway.door.Exchange;

/// The APIs of AWS: every path that begins with a date is Lambda's, and `/` is that of CloudWatch
/// Logs. Safe for any thread.
public final class AwsDoor {
  /// Bytes of an event, as the service allows.
  static final long MOST_EVENT = 6L * 1024 * 1024;

  /// Bytes of any other request: an archive of 50 MB in base64.
  static final long MOST_REQUEST = 70_167_211;

  private static final Pattern DATED = Pattern.compile("/20\\d\\d-[01]\\d-[0-3]\\d/.*");

  /// Of protocols that name the operation in a header field (awsJson1_1).
  private static final String TARGETED = "/";

  private static final String FUNCTIONS = "/2015-03-31/functions/";
  private static final String INVOCATIONS = "/invocations";
  private static final String STREAMED = "/2021-11-15/functions/";
  private static final String STREAMING = "/response-streaming-invocations";

  /// Bodies beyond this are large.
  private static final long SMALL = 6L * 1024 * 1024;

  /// Large bodies in memory at once: each is there up to four times while it is read.
  static final int MOST_LARGE = 2;

  private static final Duration LARGE_PATIENCE = Duration.ofSeconds(30);

  private final Semaphore large = new Semaphore(MOST_LARGE, true);
  private final Signatures signatures;
  private final InvokeDoor invocations;
  private final ControlApi control;

  /// What stands behind the API.
  public record Parts(Routes routes, Identities identities, ControlApi control) {}

  public AwsDoor(Parts parts, EventCalls calls, Journal journal, Time time) {
    this.signatures = new Signatures(parts.identities(), time);
    this.invocations = new InvokeDoor(parts.routes(), calls, journal);
    this.control = parts.control();
  }

  /// Whether a path is one of the APIs'.
  public static boolean isOurs(String path) {
    return isLogs(path) || isDated(path);
  }

  /// Whether a path is that of CloudWatch Logs.
  static boolean isLogs(String path) {
    return path.equals(TARGETED);
  }

  private static boolean isDated(String path) {
    return path.length() > 12 && path.charAt(1) == '2' && DATED.matcher(path).matches();
  }

  /// Whether a request only calls a function.
  public static boolean isCall(String path) {
    return isBetween(path, FUNCTIONS, INVOCATIONS) || isBetween(path, STREAMED, STREAMING);
  }

  private static boolean isAnyCall(String path) {
    return isCall(path) || path.startsWith("/run/");
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
      AwsFault fault = refused.fault();
      return Optional.of(new Refusal(fault.status(), fault.message(), fault.retryAfterSeconds()));
    }
  }

  /// Why a request was not answered.
  ///
  /// @param retryAfterSeconds 0 if trying again is of no use
  public record Refusal(int status, String message, long retryAfterSeconds) {}

  /// What is done with a request whose signature was checked.
  private interface Answering {
    void answer(Exchange exchange, Signed signed, byte[] body) throws Refused;
  }

  /// Reads the body of who is known, and holds no more large ones at once than there is room for.
  private void withBody(Exchange exchange, Answering answering) throws Refused {
    Claim claim = signatures.claim(exchange);
    boolean isLarge = isLarge(exchange);
    if (isLarge && !enter()) {
      throw new Refused(AwsFault.throttled("CallerRateLimitExceeded", 1));
    }
    try {
      byte[] body = body(exchange);
      answering.answer(exchange, signatures.check(exchange, claim, body), body);
    } finally {
      large.release(isLarge ? 1 : 0);
    }
  }

  private boolean enter() {
    try {
      return large.tryAcquire(LARGE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Whether it says so, or does not say.
  private static boolean isLarge(Exchange exchange) {
    if (exchange.body() instanceof Body.Whole || isAnyCall(exchange.path())) {
      return false; // a call's body is small, or refused by the door
    }
    String length = exchange.header("content-length").orElse("");
    return !length.matches("[0-9]{1,10}") || Long.parseLong(length) > SMALL;
  }

  private void answer(Exchange exchange, Signed signed, byte[] body) throws Refused {
    String path = exchange.path();
    if (!exchange.method().equals("POST") || !isCall(path)) {
      control(exchange, signed, body);
    } else if (path.startsWith(FUNCTIONS)) {
      invocations.invoke(exchange, signed, between(path, FUNCTIONS, INVOCATIONS), body);
    } else {
      invocations.stream(exchange, signed, between(path, STREAMED, STREAMING), body);
    }
  }

  private static byte[] body(Exchange exchange) throws Refused {
    try {
      return exchange.wholeBody();
    } catch (Body.TooLarge e) {
      throw new Refused(AwsFault.tooLarge(bodyLimit(exchange.path())));
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
