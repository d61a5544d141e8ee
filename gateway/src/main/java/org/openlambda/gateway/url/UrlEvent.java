package org.openlambda.gateway.url;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.gateway.aws.SignedQuery;
import org.openlambda.gateway.door.Exchange;
import tools.jackson.databind.json.JsonMapper;

/// The event that a request becomes (Amazon API Gateway, "payload format version 2.0"). Stateless.
final class UrlEvent {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private UrlEvent() {}

  /// @param caller who signed it, if somebody did
  /// @throws IllegalArgumentException if the query is not percent-encoded
  static byte[] of(
      Exchange exchange, FunctionUrl url, Optional<Principal> caller, Instant now, byte[] body) {
    Map<String, String> headers = headers(exchange);
    caller.ifPresent(_ -> headers.remove("authorization")); // a function must not use it again
    String query = caller.isPresent() ? SignedQuery.unsigned(exchange.query()) : exchange.query();
    var event = new LinkedHashMap<String, Object>();
    event.put("version", "2.0");
    event.put("routeKey", "$default");
    event.put("rawPath", exchange.path());
    event.put("rawQueryString", query);
    List<String> cookies = cookies(headers.getOrDefault("cookie", ""));
    if (!cookies.isEmpty()) {
      event.put("cookies", cookies);
    }
    event.put("headers", headers);
    Map<String, String> parameters = parameters(query);
    if (!parameters.isEmpty()) {
      event.put("queryStringParameters", parameters);
    }
    event.put("requestContext", context(exchange, url, caller, now, headers));
    boolean isText = isText(headers.getOrDefault("content-type", ""), body);
    if (body.length > 0) {
      event.put(
          "body",
          isText
              ? new String(body, StandardCharsets.UTF_8)
              : Base64.getEncoder().encodeToString(body));
    }
    event.put("isBase64Encoded", !isText);
    return MAPPER.writeValueAsBytes(event);
  }

  /// Names in lower case, values of the same name joined; who forwarded it is said by us alone.
  private static Map<String, String> headers(Exchange exchange) {
    var all = new TreeMap<String, String>();
    for (Header header : exchange.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      String between = name.equals("cookie") ? "; " : ",";
      all.merge(name, header.value(), (before, next) -> before + between + next);
    }
    String host = all.getOrDefault("host", "");
    int colon = host.lastIndexOf(':');
    all.put("x-forwarded-for", address(exchange));
    all.put("x-forwarded-proto", exchange.scheme());
    all.put("x-forwarded-port", colon < 0 ? port(exchange) : host.substring(colon + 1));
    return all;
  }

  private static String port(Exchange exchange) {
    return exchange.scheme().equals("https") ? "443" : "80";
  }

  private static String address(Exchange exchange) {
    String peer = exchange.peer();
    int colon = peer.lastIndexOf(':');
    return colon < 0 ? peer : peer.substring(0, colon);
  }

  private static List<String> cookies(String field) {
    var cookies = new ArrayList<String>();
    for (String cookie : field.split(";")) {
      if (!cookie.isBlank()) {
        cookies.add(cookie.strip());
      }
    }
    return cookies;
  }

  private static Map<String, String> parameters(String query) {
    var all = new LinkedHashMap<String, String>();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        all.merge(name, value, (before, next) -> before + "," + next);
      }
    }
    return all;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, Object> context(
      Exchange exchange,
      FunctionUrl url,
      Optional<Principal> caller,
      Instant now,
      Map<String, String> headers) {
    String host = headers.getOrDefault("host", "");
    var http = new LinkedHashMap<String, Object>();
    http.put("method", exchange.method());
    http.put("path", exchange.path());
    http.put("protocol", "HTTP/1.1");
    http.put("sourceIp", address(exchange));
    http.put("userAgent", headers.getOrDefault("user-agent", ""));
    var context = new LinkedHashMap<String, Object>();
    context.put("accountId", caller.map(c -> c.account().text()).orElse("anonymous"));
    context.put("apiId", url.id());
    caller.ifPresent(somebody -> context.put("authorizer", Map.of("iam", iam(somebody))));
    context.put("domainName", host.replaceAll(":\\d+$", ""));
    context.put("domainPrefix", url.id());
    context.put("http", http);
    context.put("requestId", exchange.id().text());
    context.put("routeKey", "$default");
    context.put("stage", "$default");
    context.put("time", TIME.format(now));
    context.put("timeEpoch", now.toEpochMilli());
    return context;
  }

  private static Map<String, Object> iam(Principal caller) {
    var iam = new LinkedHashMap<String, Object>();
    iam.put("accountId", caller.account().text());
    iam.put("userArn", "arn:aws:iam::%s:user/%s".formatted(caller.account(), caller.user()));
    iam.put("userId", caller.user());
    iam.put("callerId", caller.user());
    return iam;
  }

  /// What the service takes for text; it is one, too.
  private static boolean isText(String type, byte[] body) {
    String kind = type.toLowerCase(Locale.ROOT);
    boolean known =
        kind.startsWith("text/")
            || kind.startsWith("application/json")
            || kind.startsWith("application/xml")
            || kind.startsWith("application/javascript")
            || kind.matches("application/[^;]*\\+(json|xml)( *;.*)?");
    return body.length == 0 || (known && isUtf8(body));
  }

  private static boolean isUtf8(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
