package org.openlambda.gateway.router;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;
import org.openlambda.gateway.door.AnswerFields;
import org.openlambda.gateway.door.Exchange;

/// The reply of an invocation whose answer streams: every piece goes to the caller at once. For the
/// thread that invokes.
final class StreamedReply implements Reply {
  private final Exchange exchange;
  private final UnaryOperator<List<Header>> fields;
  private @Nullable Header invalid;
  private int status;

  /// @param fields what becomes of the fields that the handler gives
  StreamedReply(Exchange exchange, UnaryOperator<List<Header>> fields) {
    this.exchange = exchange;
    this.fields = fields;
  }

  @Override
  public void start(int status, List<Header> headers) throws IOException {
    invalid = AnswerFields.firstInvalid(headers).orElse(null);
    if (invalid != null) {
      throw new IOException("the handler's header field '" + invalid.name() + "' is invalid");
    }
    this.status = status;
    exchange.begin(status, fields.apply(headers), exchange.takesTrailers() ? Figures.NAMES : "");
  }

  @Override
  public void write(byte[] piece) throws IOException {
    exchange.send(piece);
  }

  @Override
  public void whenGone(Runnable action) {
    exchange.whenGone(action);
  }

  /// The status the answer was begun with; 0 if none was.
  int status() {
    return status;
  }

  /// The header field that kept the answer from being begun.
  Optional<Header> invalid() {
    return Optional.ofNullable(invalid);
  }
}
