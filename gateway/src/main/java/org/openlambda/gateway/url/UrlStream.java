package org.openlambda.gateway.url;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;
import org.openlambda.gateway.door.Exchange;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An answer that goes out as it comes. A stream of the type
/// `application/vnd.awslambda.http-integration-response` begins with its status and fields,
/// `{"statusCode", "headers", "cookies"}`, and eight zeros. For the thread that invokes.
final class UrlStream implements Reply {
  private static final String WITH_PRELUDE = "application/vnd.awslambda.http-integration-response";
  private static final int ZEROS = 8;

  /// Bytes of a prelude.
  static final int MOST_PRELUDE = 64 * 1024;

  private final Exchange exchange;
  private final UnaryOperator<List<Header>> fields;
  private final ByteArrayOutputStream prelude = new ByteArrayOutputStream();
  private boolean inPrelude;

  /// How many the prelude ends with so far.
  private int zeros;

  private int status;

  /// @param fields what becomes of the fields that the function gives
  UrlStream(Exchange exchange, UnaryOperator<List<Header>> fields) {
    this.exchange = exchange;
    this.fields = fields;
  }

  /// That the answer was begun with; 0 if it was not.
  int status() {
    return status;
  }

  @Override
  public void start(int given, List<Header> headers) throws IOException {
    inPrelude =
        headers.stream()
            .anyMatch(header ->
                header.name().equalsIgnoreCase("content-type")
                    && header.value().startsWith(WITH_PRELUDE));
    if (!inPrelude) {
      begin(given, headers);
    }
  }

  private void begin(int given, List<Header> headers) throws IOException {
    if (!UrlAnswer.areSendable(headers)) {
      throw new IOException("the function's header fields cannot be sent");
    }
    status = given;
    exchange.begin(given, fields.apply(headers), "");
  }

  @Override
  public void write(byte[] piece) throws IOException {
    if (!inPrelude) {
      exchange.send(piece);
      return;
    }
    int end = afterZeros(piece);
    prelude.write(piece, 0, end < 0 ? piece.length : end);
    if (prelude.size() > MOST_PRELUDE + ZEROS) {
      throw new IOException("the stream's prelude is longer than " + MOST_PRELUDE + " bytes");
    }
    if (end >= 0) {
      inPrelude = false;
      begin(Arrays.copyOf(prelude.toByteArray(), prelude.size() - ZEROS));
      exchange.send(Arrays.copyOfRange(piece, end, piece.length));
    }
  }

  private void begin(byte[] json) throws IOException {
    try {
      JsonNode value = JsonMapper.shared().readTree(json);
      OptionalInt given =
          value.has("statusCode") ? UrlAnswer.status(value.get("statusCode")) : OptionalInt.of(200);
      begin(given.orElseThrow(() -> new IOException("no status")), UrlAnswer.headers(value));
    } catch (JacksonException e) {
      throw new IOException("the stream's prelude is no JSON", e);
    }
  }

  /// Where what follows the eighth of them begins in a piece, or -1.
  private int afterZeros(byte[] piece) {
    for (int i = 0; i < piece.length; i++) {
      zeros = piece[i] == 0 ? zeros + 1 : 0;
      if (zeros == ZEROS) {
        return i + 1;
      }
    }
    return -1;
  }

  @Override
  public void whenGone(Runnable action) {
    exchange.whenGone(action);
  }
}
