package org.openlambda.gateway.aws;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;
import org.openlambda.gateway.door.Exchange;

/// The reply of a call by `InvokeWithResponseStream`: each piece is a message of its own, sent at
/// once. For the thread that invokes.
final class StreamReply implements Reply {
  private final Exchange exchange;
  private final List<Header> fields;

  /// @param fields that identify the call
  StreamReply(Exchange exchange, List<Header> fields) {
    this.exchange = exchange;
    this.fields = List.copyOf(fields);
  }

  @Override
  public void start(int status, List<Header> headers) throws IOException {
    String type =
        headers.stream()
            .filter(header -> header.name().equalsIgnoreCase("content-type"))
            .map(Header::value)
            .findFirst()
            .orElse("application/octet-stream");
    var all = new ArrayList<>(fields);
    all.add(new Header("content-type", EventStream.CONTENT_TYPE));
    all.add(new Header("x-amzn-remapped-content-type", type));
    exchange.begin(200, all, "");
  }

  @Override
  public void write(byte[] piece) throws IOException {
    exchange.send(EventStream.chunk(piece));
  }

  @Override
  public void whenGone(Runnable action) {
    exchange.whenGone(action);
  }

  /// Ends it, beginning it if the function did not.
  ///
  /// @param json of the last message
  void complete(byte[] json) throws IOException {
    if (!exchange.isAnswered()) {
      start(200, List.of());
    }
    exchange.send(EventStream.complete(json));
    exchange.end(List.of());
  }
}
