package org.openlambda.gateway.router;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Usage;
import org.openlambda.gateway.door.AnswerFields;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;

/// From an outcome to status, header fields and body.
final class Answers {
  private static final Header PLAIN = new Header("content-type", "text/plain; charset=utf-8");

  private Answers() {}

  /// Answers the exchange, or ends or breaks off the answer that was begun. Blocks while a slow
  /// caller takes a large answer.
  ///
  /// @return the status the caller saw
  static int answer(Exchange exchange, StreamedReply reply, Outcome outcome) {
    Optional<Problem> unsendable =
        exchange.bodyFault().or(() -> reply.invalid().map(Refusals::badHeader));
    if (unsendable.isPresent() && !exchange.isAnswered()) {
      return problem(exchange, unsendable.get(), usage(outcome));
    }
    return switch (outcome) {
      case Outcome.Returned(Payload.Whole whole, Usage usage) -> whole(exchange, whole, usage);
      case Outcome.Returned(Payload.Streamed streamed, Usage usage) ->
          streamed(exchange, streamed, usage);
      case Outcome.Threw threw -> threw(exchange, threw);
      case Outcome.Crashed(var how, var usage) ->
          problem(exchange, Refusals.crashed(how), figures(usage));
      case Outcome.OutOfMemory end ->
          problem(exchange, Refusals.outOfMemory(end), figures(end.usage()));
      case Outcome.TimedOut end -> problem(exchange, Refusals.timedOut(end), figures(end.usage()));
      case Outcome.Rejected rejected -> problem(exchange, Refusals.rejected(rejected), List.of());
      case Outcome.Lost lost -> problem(exchange, Refusals.lost(lost), List.of());
    };
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int whole(Exchange exchange, Payload.Whole whole, Usage usage) {
    Optional<Header> invalid = AnswerFields.firstInvalid(whole.headers());
    if (invalid.isPresent()) {
      return problem(exchange, Refusals.badHeader(invalid.get()), figures(usage));
    }
    if (whole.status() < 200 || whole.status() > 599) {
      return problem(exchange, Refusals.badStatus(whole.status()), figures(usage));
    }
    return send(exchange, whole.status(), whole.headers(), whole.body(), figures(usage));
  }

  private static int streamed(Exchange exchange, Payload.Streamed streamed, Usage usage) {
    if (!exchange.isAnswered()) {
      return problem(exchange, Refusals.silent(), figures(usage));
    }
    if (streamed.complete()) {
      exchange.end(exchange.takesTrailers() ? Figures.of(usage) : List.of());
    } else {
      exchange.abort();
    }
    return streamed.status();
  }

  /// A traceback goes out as the language printed it (OpenLambda's contract).
  private static int threw(Exchange exchange, Outcome.Threw threw) {
    if (threw.type().equals("InvalidEvent")) {
      return problem(exchange, Refusals.badEvent(threw), figures(threw.usage()));
    }
    return send(exchange, 500, List.of(PLAIN), utf8(threw.trace()), figures(threw.usage()));
  }

  private static int problem(Exchange exchange, Problem problem, List<Header> figures) {
    return send(exchange, problem.status(), problem.fields(), problem.body(exchange.id()), figures);
  }

  private static int send(
      Exchange exchange, int status, List<Header> headers, byte[] body, List<Header> figures) {
    if (exchange.isAnswered()) {
      exchange.abort();
      return status;
    }
    var all = new ArrayList<Header>(headers.size() + figures.size());
    for (Header header : headers) {
      if (!header.name().regionMatches(true, 0, "x-ol-", 0, 5)) {
        all.add(header);
      }
    }
    all.addAll(figures);
    exchange.answer(status, all, body);
    return status;
  }

  private static List<Header> usage(Outcome outcome) {
    return outcome instanceof Outcome.Ran ran ? figures(ran.usage()) : List.of();
  }

  private static List<Header> figures(Usage usage) {
    return Figures.of(usage);
  }
}
