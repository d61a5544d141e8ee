package org.openlambda.gateway.url;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionReference;
import org.openlambda.core.function.Version;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.Routes;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.aws.AwsDoor;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.aws.EventCalls;
import org.openlambda.gateway.aws.FunctionAnswer;
import org.openlambda.gateway.aws.WholeReply;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.limit.Callers;
import org.openlambda.gateway.limit.Room;
import org.openlambda.gateway.router.Router;

/// Hosts like `ID.lambda-url.us-east-1.localhost:9000` (AWS Lambda, "Function URLs"). Safe for any
/// thread; blocks as long as the function runs.
public final class UrlDoor {
  private static final Pattern HOST =
      Pattern.compile("([a-z0-9]{1,63})\\.lambda-url\\.([a-z0-9-]{1,63})\\..+");
  private static final String ACTION = "lambda:InvokeFunctionUrl";

  private static final int LARGEST_KIBI = 6 * 1024;

  /// The largest body at 128 KiB a second, and then some.
  private static final Duration BODY_PATIENCE = Duration.ofSeconds(80);

  private final Parts parts;

  /// What it stands on.
  ///
  /// @param keys checks signatures
  /// @param routers for what takes requests as they are
  /// @param callers counts the calls of each account
  /// @param arriving for bodies, see [org.openlambda.gateway.limit.BodyRooms]
  public record Parts(
      Routes routes,
      EventCalls calls,
      AwsDoor keys,
      Function<Account, Router> routers,
      Callers callers,
      Room arriving,
      Time time) {}

  public UrlDoor(Parts parts) {
    this.parts = parts;
  }

  /// Answers it.
  public void serve(Exchange exchange) {
    Matcher host = HOST.matcher(exchange.authority());
    Optional<FunctionUrl> url = host.matches() ? parts.routes.url(host.group(1)) : Optional.empty();
    if (url.isEmpty()) {
      give(exchange, UrlAnswer.message(404, "There is no function URL with this name."));
    } else if (url.get().cors().isPresent() && CrossOrigin.isPreflight(exchange)) {
      exchange.answer(200, CrossOrigin.preflight(url.get().cors().get(), exchange), new byte[0]);
    } else if (url.get().isSigned()) {
      Consumer<Principal> answering =
          caller -> serve(exchange, new Asked(url.get(), host.group(2), Optional.of(caller)));
      parts
          .keys
          .admit(exchange, answering)
          .ifPresent(refusal -> give(exchange, UrlAnswer.refused(refusal)));
    } else {
      serve(exchange, new Asked(url.get(), host.group(2), Optional.empty()));
    }
  }

  /// A function URL that somebody calls.
  private record Asked(FunctionUrl url, String region, Optional<Principal> caller) {
    UnaryOperator<List<Header>> fields(Exchange exchange) {
      return fields -> CrossOrigin.apply(url.cors(), exchange, fields);
    }
  }

  private void serve(Exchange exchange, Asked asked) {
    FunctionUrl url = asked.url;
    if (!isPermitted(asked)) {
      give(exchange, UrlAnswer.message(403, "Forbidden"));
      return;
    }
    Duration wait = parts.callers.take(url.function().account());
    if (!wait.isZero()) {
      give(exchange, UrlAnswer.later("Rate Exceeded.", wait));
      return;
    }
    Optional<Version> version = parts.routes.find(url.function(), url.qualifier());
    if (version.isEmpty()) {
      give(exchange, UrlAnswer.message(404, "There is no function URL with this name."));
    } else if (version.get().config().entry() instanceof Entry.Handler) {
      call(exchange, asked, version.get());
    } else {
      parts
          .routers
          .apply(url.function().account())
          .pass(exchange, version.get(), asked.fields(exchange));
    }
  }

  /// Whoever belongs to the function's account may, if they signed; everybody else by its policy.
  private boolean isPermitted(Asked asked) {
    FunctionUrl url = asked.url;
    boolean own =
        asked
            .caller
            .filter(caller ->
                caller.account().equals(url.function().account())
                    && caller.role().covers(Role.INVOKER))
            .isPresent();
    var facts = Map.of("lambda:functionurlauthtype", url.isSigned() ? "AWS_IAM" : "NONE");
    return own
        || parts
            .routes
            .policy(url.function(), url.qualifier())
            .permits(new ResourcePolicy.Wish(ACTION, asked.caller, facts));
  }

  private void call(Exchange exchange, Asked asked, Version version) {
    Optional<Room.Place> place = place(exchange, asked.url);
    if (place.isEmpty()) {
      give(exchange, UrlAnswer.message(429, "Too many requests with large bodies are arriving."));
      return;
    }
    byte[] event;
    try (var _ = place.get()) {
      byte[] body = exchange.wholeBody(BODY_PATIENCE);
      event = UrlEvent.of(exchange, asked.url, asked.caller, parts.time.now(), body);
    } catch (Body.TooLarge e) {
      give(exchange, UrlAnswer.message(413, "The request is larger than 6 MB."));
      return;
    } catch (IOException e) {
      give(exchange, UrlAnswer.message(400, "The request broke off."));
      return;
    } catch (IllegalArgumentException e) {
      give(exchange, UrlAnswer.message(400, "The query is not percent-encoded."));
      return;
    }
    String arn = FunctionReference.arn(asked.region, asked.url.function());
    boolean isLatest = asked.url.qualifier().equals(Version.LATEST);
    var call =
        new EventCalls.Event(
            isLatest ? arn : arn + ":" + asked.url.qualifier(), Optional.empty(), event);
    if (asked.url.isStreamed()) {
      stream(exchange, asked, version, call);
    } else {
      try (WholeReply reply = parts.calls.wholeReply(version)) {
        finish(exchange, asked, version, parts.calls.runWhole(exchange, version, call, reply));
      }
    }
  }

  /// What has not arrived yet needs room: nobody has signed for it.
  private Optional<Room.Place> place(Exchange exchange, FunctionUrl url) {
    if (exchange.body() instanceof Body.Whole) {
      return Optional.of(Room.Place.NONE);
    }
    String length = exchange.header("content-length").orElse("");
    int kibi = length.matches("[0-9]{1,9}") ? Integer.parseInt(length) / 1024 + 1 : LARGEST_KIBI;
    return parts.arriving.enter(url.id(), Math.min(kibi, LARGEST_KIBI));
  }

  private void stream(Exchange exchange, Asked asked, Version version, EventCalls.Event event) {
    var reply = new UrlStream(exchange, asked.fields(exchange));
    Outcome outcome = parts.calls.run(exchange, version, event, reply);
    if (!exchange.isAnswered()) {
      finish(exchange, asked, version, outcome);
      return;
    }
    parts.calls.record(exchange, version, outcome, reply.status());
    if (outcome instanceof Outcome.Returned(Payload.Streamed streamed, _) && streamed.complete()) {
      exchange.end(List.of());
    } else {
      exchange.abort();
    }
  }

  /// What is answered is noted before its caller knows it.
  private void finish(Exchange exchange, Asked asked, Version version, Outcome outcome) {
    UrlAnswer answer;
    try {
      answer = UrlAnswer.of(FunctionAnswer.to(exchange.id(), outcome));
    } catch (Refused refused) {
      answer = UrlAnswer.refused(refused);
    }
    parts.calls.record(exchange, version, outcome, answer.status());
    var fields = asked.fields(exchange).apply(answer.headers());
    give(exchange, new UrlAnswer(answer.status(), fields, answer.body()));
  }

  private static void give(Exchange exchange, UrlAnswer answer) {
    var fields = new ArrayList<>(answer.headers());
    fields.add(new Header("x-amzn-requestid", exchange.id().text()));
    exchange.answer(answer.status(), fields, answer.body());
  }
}
