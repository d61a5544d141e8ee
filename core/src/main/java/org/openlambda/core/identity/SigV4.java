package org.openlambda.core.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openlambda.core.invocation.Header;

/// Signatures of requests (AWS Signature Version 4, "Create a signed AWS API request"), for those
/// who sign and those who check alike. Stateless.
public final class SigV4 {
  /// What the field `Authorization` begins with.
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final String HEX = "0123456789ABCDEF";

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

  /// The key that requests of one scope are signed with: four times an HMAC, so worth keeping.
  public static byte[] key(String secret, Scope scope) {
    byte[] date = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), scope.date);
    return hmac(hmac(hmac(date, scope.region), scope.service), "aws4_request");
  }

  /// The signature, 64 hexadecimal digits.
  ///
  /// @param key of [#key]
  /// @param stamp when, as `20260131T120000Z`
  public static String sign(byte[] key, String stamp, Scope scope, Signable request) {
    String canonical = sha256(canonical(request).getBytes(StandardCharsets.UTF_8));
    String text = String.join("\n", ALGORITHM, stamp, scope.toString(), canonical);
    return HexFormat.of().formatHex(hmac(key, text));
  }

  /// Hexadecimal SHA-256.
  public static String sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest);
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

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
