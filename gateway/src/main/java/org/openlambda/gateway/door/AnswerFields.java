package org.openlambda.gateway.door;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.invocation.Header;

/// Header fields on their way out: which may leave, and the form they leave in. The fields that
/// frame a message (length, encoding, connection) are the door's own, whatever a handler says.
public final class AnswerFields {
  private static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");
  private static final List<String> DROPPED =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-request-id");

  /// What leaves has been checked by [#firstInvalid].
  private static final HttpHeadersFactory UNCHECKED =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private AnswerFields() {}

  /// The first field that HTTP cannot carry: a name that is no token, or a value with control
  /// characters or characters beyond ISO-8859-1.
  public static Optional<Header> firstInvalid(List<Header> headers) {
    for (Header header : headers) {
      if (!isToken(header.name()) || !isFieldValue(header.value())) {
        return Optional.of(header);
      }
    }
    return Optional.empty();
  }

  /// A token of RFC 9110, 5.6.2.
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isFieldValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
        return false;
      }
    }
    return true;
  }

  /// The value of the Content-Length among these, or -1.
  static long contentLength(List<Header> headers) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase("content-length")) {
        return parsedLength(header.value());
      }
    }
    return -1;
  }

  static long parsedLength(String value) {
    if (value.isEmpty() || value.length() > 18) {
      return -1;
    }
    long length = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      length = length * 10 + digit;
    }
    return length;
  }

  static FullHttpResponse whole(Exchange exchange, int status, List<Header> headers, byte[] body) {
    boolean bodyless = hasNoBody(status);
    HttpHeaders fields = fields(exchange, headers);
    if (!bodyless || status == 205) {
      long length = body.length;
      if (length == 0 && !exchange.hasContent()) {
        length = Math.max(0, contentLength(headers));
      }
      fields.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(bodyless ? 0 : length));
    }
    ByteBuf content =
        bodyless || !exchange.hasContent() || body.length == 0
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.wrappedBuffer(body);
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(status),
        content,
        fields,
        EmptyHttpHeaders.INSTANCE);
  }

  static HttpResponse streamed(
      Exchange exchange, int status, List<Header> headers, String trailers) {
    HttpHeaders fields = fields(exchange, headers);
    long length = contentLength(headers);
    if (length >= 0) {
      fields.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
    } else if (exchange.hasContent() && !hasNoBody(status)) {
      fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      if (!trailers.isEmpty()) {
        fields.set(HttpHeaderNames.TRAILER, trailers);
      }
    }
    return new DefaultHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), fields);
  }

  /// The end of a streamed answer.
  static LastHttpContent last(List<Header> trailers) {
    if (trailers.isEmpty()) {
      return LastHttpContent.EMPTY_LAST_CONTENT;
    }
    var last = new DefaultLastHttpContent();
    for (Header trailer : trailers) {
      last.trailingHeaders().add(trailer.name(), trailer.value());
    }
    return last;
  }

  /// Statuses whose answers end with the head (RFC 9110, 6.4.1; 205 in 15.3.6).
  static boolean hasNoBody(int status) {
    return status < 200 || status == 204 || status == 205 || status == 304;
  }

  private static HttpHeaders fields(Exchange exchange, List<Header> headers) {
    HttpHeaders fields = UNCHECKED.newHeaders();
    fields.add(REQUEST_ID, exchange.id().text());
    for (Header header : headers) {
      if (!isDropped(header.name())) {
        fields.add(header.name(), header.value());
      }
    }
    return fields;
  }

  private static boolean isDropped(String name) {
    for (String dropped : DROPPED) {
      if (dropped.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return name.equalsIgnoreCase("content-length");
  }
}
