package org.openlambda.core.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openlambda.core.invocation.Header;

/// Signatures of requests (AWS Signature Version 4, "Create a signed AWS API request"), for those
/// who sign and those who check alike. Stateless.
public final class SigV4 {
  /// What the field `Authorization` begins with.
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final String HEX = "0123456789ABCDEF";
  private static final String HMAC = "HmacSHA256";

  /// Never used itself: a copy takes a tenth of the time that looking for a new one does.
  private static final MessageDigest SHA = sha();

  private SigV4() {}

  /// What a signature is good for.
  ///
  /// @param date `20260131`
  public record Scope(String date, String region, String service) {
    /// As it stands in a request.
    @Override
    public String toString() {
      return date + "/" + region + "/" + service + "/aws4_request";
    }
  }

  /// What of a request is signed.
  ///
  /// @param path as sent, percent-encoded
  /// @param query as sent; empty if there is none
  /// @param headers all fields; those that are not signed do not count
  /// @param signed names of the fields that are, in lower case, sorted
  /// @param bodyHash hexadecimal SHA-256 of the body
  public record Signable(
      String method,
      String path,
      String query,
      List<Header> headers,
      List<String> signed,
      String bodyHash) {
    public Signable {
      headers = List.copyOf(headers);
      signed = List.copyOf(signed);
    }
  }

  /// A path without empty segments and those of dots (RFC 3986, 5.2.4): most clients sign this one
  /// whatever they send, others what they send.
  public static String normalized(String path) {
    var segments = new ArrayList<String>();
    for (String segment : path.split("/", -1)) {
      switch (segment) {
        case "", "." -> {} // stands for nothing
        case ".." -> {
          if (!segments.isEmpty()) {
            segments.removeLast();
          }
        }
        case String name -> segments.add(name);
      }
    }
    String end = path.endsWith("/") && !segments.isEmpty() ? "/" : "";
    return "/" + String.join("/", segments) + end;
  }

  /// What requests of one scope are signed with. Safe for any thread.
  public static final class Key {
    /// Never used itself: copies of it are.
    private final Mac mac;

    private Key(byte[] key) {
      this.mac = mac(key);
    }

    private byte[] hmac(String text) {
      return SigV4.hmac(copy(mac), text);
    }
  }

  /// The key that requests of one scope are signed with: four times an HMAC, so worth keeping.
  public static Key key(String secret, Scope scope) {
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : List.of(scope.date, scope.region, scope.service, "aws4_request")) {
      key = hmac(mac(key), part);
    }
    return new Key(key);
  }

  /// The signature, 64 hexadecimal digits.
  ///
  /// @param key of [#key]
  /// @param stamp when, as `20260131T120000Z`
  public static String sign(Key key, String stamp, Scope scope, Signable request) {
    String canonical = sha256(canonical(request).getBytes(StandardCharsets.UTF_8));
    String text = String.join("\n", ALGORITHM, stamp, scope.toString(), canonical);
    return HexFormat.of().formatHex(key.hmac(text));
  }

  /// Hexadecimal SHA-256.
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(((MessageDigest) SHA.clone()).digest(bytes));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK copies SHA-256", e);
    }
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String canonical(Signable request) {
    var text = new StringBuilder(512);
    text.append(request.method).append('\n');
    encode(request.path, true, text); // once more than it is: so do all services but S3
    text.append('\n').append(canonicalQuery(request.query)).append('\n');
    for (String name : request.signed) {
      text.append(name).append(':');
      values(request.headers, name, text);
      text.append('\n');
    }
    text.append('\n').append(String.join(";", request.signed)).append('\n');
    return text.append(request.bodyHash).toString();
  }

  /// All values of a field, without the spaces around them and with single ones in them.
  private static void values(List<Header> headers, String name, StringBuilder out) {
    boolean isFirst = true;
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        if (!isFirst) {
          out.append(',');
        }
        isFirst = false;
        singleSpaced(header.value().strip(), out);
      }
    }
  }

  private static void singleSpaced(String text, StringBuilder out) {
    int from = 0;
    for (int gap = text.indexOf("  "); gap >= 0; gap = text.indexOf("  ", from)) {
      out.append(text, from, gap + 1);
      from = gap + 2;
      while (from < text.length() && text.charAt(from) == ' ') {
        from++;
      }
    }
    out.append(text, from, text.length());
  }

  private static String canonicalQuery(String query) {
    if (query.isEmpty()) {
      return "";
    }
    List<Pair> pairs = new ArrayList<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      pairs.add(new Pair(encodedAnew(name), encodedAnew(value)));
    }
    pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
    return pairs.stream()
        .map(pair -> pair.name + "=" + pair.value)
        .collect(Collectors.joining("&"));
  }

  /// A parameter of a query, percent-encoded.
  private record Pair(String name, String value) {}

  /// As every client would write it; a `%` without two digits stands for itself.
  private static String encodedAnew(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var out = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      boolean isEncoded =
          bytes[i] == '%'
              && i + 2 < bytes.length
              && HexFormat.isHexDigit(bytes[i + 1])
              && HexFormat.isHexDigit(bytes[i + 2]);
      if (isEncoded) {
        encode((char) HexFormat.fromHexDigits(text(bytes, i + 1)), false, out);
        i += 2;
      } else {
        encode(bytes[i] == '+' ? ' ' : (char) (bytes[i] & 0xFF), false, out);
      }
    }
    return out.toString();
  }

  private static String text(byte[] bytes, int from) {
    return new String(bytes, from, 2, StandardCharsets.US_ASCII);
  }

  /// All but the unreserved characters of RFC 3986.
  private static void encode(String text, boolean keepSlash, StringBuilder out) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encode((char) (b & 0xFF), keepSlash, out);
    }
  }

  /// @param c a byte
  private static void encode(char c, boolean keepSlash, StringBuilder out) {
    boolean letterOrDigit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letterOrDigit || "-_.~".indexOf(c) >= 0 || (keepSlash && c == '/')) {
      out.append(c);
    } else {
      out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
  }

  private static byte[] hmac(Mac mac, String text) {
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static Mac copy(Mac mac) {
    try {
      return (Mac) mac.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK copies HmacSHA256", e);
    }
  }
}
