package org.openlambda.gateway.router;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.gateway.door.AnswerFields;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;

/// What a caller is answered: decided from the outcome in one switch, given later, so that the end
/// of a call can be recorded before its caller knows it.
sealed interface Answer {
  /// The status the caller sees.
  int status();

  /// Gives it. Blocks while a slow caller takes a large one.
  void give(Exchange exchange);

  /// The same with other fields, if they are still to be sent.
  default Answer with(UnaryOperator<List<Header>> fields) {
    return this;
  }

  /// All of an answer.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Complete(int status, List<Header> headers, byte[] body) implements Answer {
    @Override
    public void give(Exchange exchange) {
      exchange.answer(status, headers, body);
    }

    @Override
    public Answer with(UnaryOperator<List<Header>> fields) {
      return new Complete(status, fields.apply(headers), body);
    }
  }

  /// The end of an answer that was streamed.
  record End(int status, List<Header> trailers) implements Answer {
    @Override
    public void give(Exchange exchange) {
      exchange.end(trailers);
    }
  }

  /// An answer that was begun and cannot be ended.
  record BrokenOff(int status) implements Answer {
    @Override
    public void give(Exchange exchange) {
      exchange.abort();
    }
  }

  /// The answer to an exchange whose call ended so.
  static Answer to(Exchange exchange, StreamedReply reply, Outcome outcome) {
    if (exchange.isAnswered()) {
      boolean complete =
          outcome instanceof Outcome.Returned(Payload.Streamed streamed, _) && streamed.complete();
      return complete
          ? new End(reply.status(), exchange.takesTrailers() ? figures(outcome) : List.of())
          : new BrokenOff(reply.status());
    }
    Optional<Problem> unsendable =
        exchange.bodyFault().or(() -> reply.invalid().map(Refusals::badHeader));
    return unsendable.isPresent()
        ? problem(exchange, unsendable.get(), outcome)
        : whole(exchange, outcome);
  }

  private static Answer whole(Exchange exchange, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned(Payload.Whole whole, _) -> returned(exchange, whole, outcome);
      case Outcome.Returned(Payload.Streamed _, _) -> problem(exchange, Refusals.silent(), outcome);
      case Outcome.Threw threw -> threw(exchange, threw);
      case Outcome.Crashed(var how, _) -> problem(exchange, Refusals.crashed(how), outcome);
      case Outcome.OutOfMemory end -> problem(exchange, Refusals.outOfMemory(end), outcome);
      case Outcome.TimedOut end -> problem(exchange, Refusals.timedOut(end), outcome);
      case Outcome.Rejected rejected -> problem(exchange, Refusals.rejected(rejected), outcome);
      case Outcome.Lost lost -> problem(exchange, Refusals.lost(lost), outcome);
    };
  }

  private static Answer returned(Exchange exchange, Payload.Whole whole, Outcome outcome) {
    Optional<Header> invalid = AnswerFields.firstInvalid(whole.headers());
    if (invalid.isPresent()) {
      return problem(exchange, Refusals.badHeader(invalid.get()), outcome);
    }
    if (whole.status() < 200 || whole.status() > 599) {
      return problem(exchange, Refusals.badStatus(whole.status()), outcome);
    }
    return complete(whole.status(), whole.headers(), whole.body(), outcome);
  }

  /// A traceback goes out as the language printed it (OpenLambda's contract).
  private static Answer threw(Exchange exchange, Outcome.Threw threw) {
    if (threw.type().equals("InvalidEvent")) {
      return problem(exchange, Refusals.badEvent(threw), threw);
    }
    var plain = List.of(new Header("content-type", "text/plain; charset=utf-8"));
    return complete(500, plain, threw.trace().getBytes(StandardCharsets.UTF_8), threw);
  }

  private static Answer problem(Exchange exchange, Problem problem, Outcome outcome) {
    return complete(problem.status(), problem.fields(), problem.body(exchange.id()), outcome);
  }

  private static Answer complete(int status, List<Header> headers, byte[] body, Outcome outcome) {
    List<Header> figures = figures(outcome);
    var all = new ArrayList<Header>(headers.size() + figures.size());
    for (Header header : headers) {
      if (!header.name().regionMatches(true, 0, "x-ol-", 0, 5)) {
        all.add(header);
      }
    }
    all.addAll(figures);
    return new Complete(status, all, body);
  }

  private static List<Header> figures(Outcome outcome) {
    return outcome instanceof Outcome.Ran ran ? Figures.of(ran.usage()) : List.of();
  }
}
