package org.openlambda.gateway.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.door.Exchange;

/// Checks signatures (AWS Signature Version 4, "Create a signed AWS API request"). Safe for any
/// thread; 20 µs and the hash of the body.
final class Signatures {
  /// How far the clocks of two machines may differ, as the service allows.
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final String SERVICE = "lambda";
  private static final int MOST_KEYS = 4_096;
  private static final String HEX = "0123456789ABCDEF";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Identities identities;
  private final Time time;

  /// Keys that sign, by what they are made of; emptied when it is full.
  private final Map<Scope, byte[]> signingKeys = new ConcurrentHashMap<>();

  private record Scope(Credential credential, String date, String region, String service) {}

  Signatures(Identities identities, Time time) {
    this.identities = identities;
    this.time = time;
  }

  /// Somebody, and the region that they talk to.
  record Signed(Principal principal, String region) {}

  /// Who signed the request.
  ///
  /// @throws Refused if nobody did whom we know, or something was changed since
  Signed check(Exchange exchange, byte[] body) throws Refused {
    Optional<String> field = exchange.header("authorization");
    if (field.isEmpty()) {
      throw refused("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    Authorization authorization = Authorization.parse(field.get());
    requireSigned(exchange, authorization);
    if (exchange.header("x-amz-security-token").isPresent()) {
      throw unknown(); // tokens of sessions are not given here
    }
    Credential credential = identities.find(authorization.keyId()).orElseThrow(Signatures::unknown);
    String stamp = stamp(exchange, authorization);
    String request = canonical(exchange, authorization, hash(exchange, body));
    String toSign =
        String.join(
            "\n",
            Authorization.ALGORITHM,
            stamp,
            authorization.scope(),
            hex(sha256(request.getBytes(StandardCharsets.UTF_8))));
    byte[] expected = hmac(signingKey(credential, authorization), toSign);
    byte[] claimed = authorization.signature().getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(hex(expected).getBytes(StandardCharsets.US_ASCII), claimed)) {
      throw refused(
          "InvalidSignatureException",
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method. Consult the service documentation"
              + " for details.");
    }
    return new Signed(credential.principal(), authorization.region());
  }

  /// What the API means something by must not have been added or changed on the way.
  private static void requireSigned(Exchange exchange, Authorization authorization) throws Refused {
    for (Header header : exchange.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-") && !authorization.headers().contains(name)) {
        throw refused(
            "InvalidSignatureException",
            "There were headers present in the request which were not signed: " + name);
      }
    }
    if (!authorization.service().equals(SERVICE)) {
      throw refused(
          "InvalidSignatureException",
          "Credential should be scoped to correct service: '" + SERVICE + "'.");
    }
  }

  private static Refused refused(String code, String message) {
    return new Refused(AwsFault.of(403, code, message));
  }

  private static Refused unknown() {
    return refused(
        "UnrecognizedClientException", "The security token included in the request is invalid.");
  }

  private String stamp(Exchange exchange, Authorization authorization) throws Refused {
    String stamp = exchange.header("x-amz-date").orElse("");
    Instant signed;
    try {
      signed = Instant.from(STAMP.parse(stamp));
    } catch (DateTimeException e) {
      throw refused(
          "IncompleteSignatureException",
          "Authorization header requires existence of a 'X-Amz-Date' header.");
    }
    Instant now = time.now();
    if (!stamp.startsWith(authorization.date() + "T")) {
      throw refused(
          "InvalidSignatureException",
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP");
    }
    if (signed.isBefore(now.minus(SKEW))) {
      throw refused(
          "InvalidSignatureException",
          "Signature expired: %s is now earlier than %s (%s - 5 min.)"
              .formatted(stamp, STAMP.format(now.minus(SKEW)), STAMP.format(now)));
    }
    if (signed.isAfter(now.plus(SKEW))) {
      throw refused(
          "InvalidSignatureException",
          "Signature not yet current: %s is still later than %s (%s + 5 min.)"
              .formatted(stamp, STAMP.format(now.plus(SKEW)), STAMP.format(now)));
    }
    return stamp;
  }

  /// Of the body as it came; a client that says another one has not sent this body.
  private static String hash(Exchange exchange, byte[] body) throws Refused {
    String actual = hex(sha256(body));
    Optional<String> claimed = exchange.header("x-amz-content-sha256");
    if (claimed.isPresent() && !claimed.get().equals(actual)) {
      throw refused(
          "InvalidSignatureException",
          "The body is not the one that was signed: x-amz-content-sha256 is another.");
    }
    return actual;
  }

  private static String canonical(Exchange exchange, Authorization authorization, String hash) {
    var text = new StringBuilder(512);
    text.append(exchange.method()).append('\n');
    text.append(encodedPath(exchange.path())).append('\n');
    text.append(canonicalQuery(exchange.query())).append('\n');
    for (String name : authorization.headers()) {
      text.append(name).append(':').append(values(exchange, name)).append('\n');
    }
    text.append('\n').append(String.join(";", authorization.headers())).append('\n');
    return text.append(hash).toString();
  }

  /// All values of a field, without the spaces around them and with single ones in them.
  private static String values(Exchange exchange, String name) {
    return exchange.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .map(value -> value.strip().replaceAll(" +", " "))
        .collect(Collectors.joining(","));
  }

  /// The path as sent, encoded once more: so do all services but S3.
  private static String encodedPath(String path) {
    var text = new StringBuilder(path.length() + 16);
    encode(path, true, text);
    return text.toString();
  }

  private static String canonicalQuery(String query) {
    if (query.isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      var text = new StringBuilder();
      encode(decoded(equals < 0 ? pair : pair.substring(0, equals)), false, text);
      text.append('=');
      encode(decoded(equals < 0 ? "" : pair.substring(equals + 1)), false, text);
      pairs.add(text.toString());
    }
    pairs.sort(null);
    return String.join("&", pairs);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /// All but the unreserved characters of RFC 3986.
  private static void encode(String text, boolean keepSlash, StringBuilder out) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letterOrDigit || "-_.~".indexOf(c) >= 0 || (keepSlash && c == '/')) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
  }

  private byte[] signingKey(Credential credential, Authorization authorization) {
    if (signingKeys.size() > MOST_KEYS) {
      signingKeys.clear();
    }
    var scope =
        new Scope(
            credential, authorization.date(), authorization.region(), authorization.service());
    return signingKeys.computeIfAbsent(scope, Signatures::signingKey);
  }

  private static byte[] signingKey(Scope scope) {
    byte[] secret = ("AWS4" + scope.credential.secret()).getBytes(StandardCharsets.UTF_8);
    byte[] date = hmac(secret, scope.date);
    return hmac(hmac(hmac(date, scope.region), scope.service), "aws4_request");
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
