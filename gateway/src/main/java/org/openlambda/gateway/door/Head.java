package org.openlambda.gateway.door;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Header;

/// The head of a request, read once. What concerns the connection only (hop-by-hop fields, RFC
/// 9110, 7.6.1) is taken out of the fields here.
final class Head {
  private static final int UNKNOWN = -1;

  /// Stands for a head that could not be read.
  static final Head UNREADABLE =
      of(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));

  final String method;
  final String path;
  final String query;
  final List<Header> headers;

  /// Of `Host`, `:authority` or an absolute target; null if there was none.
  final @Nullable String authority;

  /// Whether the target names another host than `Host`.
  final boolean isOfTwoHosts;

  /// How many `Host` fields there were.
  final int hosts;

  /// The value of `Transfer-Encoding`; null if there was none.
  final @Nullable String transferEncoding;

  /// The value of `Expect`; null if there was none.
  final @Nullable String expect;

  /// The value of `Content-Length`, or -1.
  final long contentLength;

  /// Whether the sender reads trailers.
  final boolean takesTrailers;

  private Head(String method, Target target, Fields fields) {
    this.method = method;
    path = target.path;
    query = target.query;
    authority = target.authority == null ? fields.host : target.authority;
    isOfTwoHosts =
        target.authority != null
            && fields.host != null
            && !target.authority.equalsIgnoreCase(fields.host);
    headers = List.copyOf(fields.kept);
    hosts = fields.hosts;
    transferEncoding = fields.transferEncoding;
    expect = fields.expect;
    contentLength = fields.contentLength;
    takesTrailers = fields.takesTrailers;
  }

  static Head of(HttpRequest request) {
    var fields = new Fields(request.headers().size());
    var entries = request.headers().iteratorCharSequence();
    while (entries.hasNext()) {
      var entry = entries.next();
      fields.add(entry.getKey(), entry.getValue().toString());
    }
    return new Head(request.method().name(), Target.of(request.uri()), fields);
  }

  /// The first value of a field, compared without case.
  @Nullable String field(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }

  /// The request target of RFC 9112, 3.2, in its origin or absolute form.
  private record Target(@Nullable String authority, String path, String query) {
    static Target of(String uri) {
      String authority = null;
      String rest = uri;
      if (uri.regionMatches(true, 0, "http://", 0, 7)) {
        int slash = uri.indexOf('/', 7);
        authority = slash < 0 ? uri.substring(7) : uri.substring(7, slash);
        rest = slash < 0 ? "/" : uri.substring(slash);
      }
      int question = rest.indexOf('?');
      return question < 0
          ? new Target(authority, rest, "")
          : new Target(authority, rest.substring(0, question), rest.substring(question + 1));
    }
  }

  /// The fields, sorted into those for the handler and those for the connection.
  private static final class Fields {
    final ArrayList<Header> kept;
    int hosts;
    @Nullable String host;
    @Nullable String transferEncoding;
    @Nullable String expect;
    long contentLength = UNKNOWN;
    boolean takesTrailers;

    Fields(int size) {
      kept = new ArrayList<>(size);
    }

    void add(CharSequence name, String value) {
      switch (name.length()) {
        case 2 -> {
          if (is(name, "te")) {
            takesTrailers |= "trailers".equalsIgnoreCase(value);
            return;
          }
        }
        case 4 -> {
          if (is(name, "host")) {
            hosts++;
            host = value;
          }
        }
        case 6 -> {
          if (is(name, "expect")) {
            expect = value;
            return;
          }
        }
        case 7 -> {
          if (is(name, "upgrade") || is(name, "trailer")) {
            return;
          }
        }
        case 10 -> {
          if (is(name, "connection") || is(name, "keep-alive")) {
            return;
          }
        }
        case 14 -> {
          if (is(name, "content-length")) {
            contentLength = AnswerFields.parsedLength(value);
          } else if (is(name, "http2-settings")) {
            return;
          }
        }
        case 15, 16, 17 -> {
          if (is(name, "transfer-encoding")) {
            transferEncoding = transferEncoding == null ? value : transferEncoding + ", " + value;
            return;
          }
          if (is(name, "proxy-connection") || startsWithHttp2(name)) {
            return;
          }
        }
        default -> {
          if (startsWithHttp2(name)) {
            return;
          }
        }
      }
      kept.add(new Header(name.toString(), value));
    }

    private static boolean is(CharSequence name, String other) {
      return AsciiString.contentEqualsIgnoreCase(name, other);
    }

    /// Fields that Netty adds when it writes HTTP/2 requests in the form of HTTP/1.1.
    private static boolean startsWithHttp2(CharSequence name) {
      return AsciiString.regionMatches(name, true, 0, "x-http2-", 0, 8);
    }
  }
}
