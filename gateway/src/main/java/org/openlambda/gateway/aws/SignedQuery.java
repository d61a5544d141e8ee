package org.openlambda.gateway.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.openlambda.core.identity.SigV4;
import org.openlambda.gateway.aws.AwsFault.Refused;

/// The query of a request that may be signed there: a link, good for whoever has it (AWS Signature
/// Version 4, "Add the signature to the query string"):
///
///     X-Amz-Algorithm=AWS4-HMAC-SHA256
///     X-Amz-Credential=KEY/20260131/us-east-1/lambda/aws4_request
///     X-Amz-Date=20260131T120000Z
///     X-Amz-Expires=900                seconds for which it is good
///     X-Amz-SignedHeaders=host
///     X-Amz-Signature=64 hexadecimal digits, of all the rest of the query, too
///
/// The case of names does not count. Immutable.
public final class SignedQuery {
  /// How long a link is good at the most.
  static final Duration LONGEST = Duration.ofDays(7);

  private static final String ALGORITHM = "X-Amz-Algorithm";
  private static final String CREDENTIAL = "X-Amz-Credential";
  private static final String DATE = "X-Amz-Date";
  private static final String EXPIRES = "X-Amz-Expires";
  private static final String SIGNED_HEADERS = "X-Amz-SignedHeaders";
  private static final String SIGNATURE = "X-Amz-Signature";
  private static final String TOKEN = "X-Amz-Security-Token";
  private static final String HASH = "X-Amz-Content-Sha256";

  private static final List<String> REQUIRED =
      List.of(ALGORITHM, CREDENTIAL, DATE, SIGNED_HEADERS, SIGNATURE);
  private static final Set<String> ALL = ignoringCase(REQUIRED, List.of(EXPIRES, TOKEN, HASH));

  /// Of most requests, and changed by nobody.
  private static final SignedQuery NOTHING = new SignedQuery("", new TreeMap<>(), new TreeSet<>());

  private final String query;
  private final Map<String, String> values;
  private final Set<String> doubled;

  private SignedQuery(String query, Map<String, String> values, Set<String> doubled) {
    this.query = query;
    this.values = values;
    this.doubled = doubled;
  }

  /// @param query as sent
  static SignedQuery of(String query) {
    if (query.isEmpty()) {
      return NOTHING;
    }
    var values = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    var doubled = new TreeSet<String>();
    for (String pair : query.split("&")) {
      String name = name(pair);
      if (ALL.contains(name)) {
        String value = decoded(pair.substring(Math.min(pair.length(), pair.indexOf('=') + 1)));
        if (values.put(name, value) != null) {
          doubled.add(name);
        }
      }
    }
    return new SignedQuery(query, values, doubled);
  }

  /// What is left of the query of a request that was let in: a function must not use the signature
  /// again.
  public static String unsigned(String query) {
    return without(query, ALL::contains);
  }

  /// Whether it says who has signed it.
  boolean isSigned() {
    return values.containsKey(SIGNATURE)
        || values.containsKey(CREDENTIAL)
        || values.containsKey(ALGORITHM);
  }

  /// Whether it has a token of a session.
  boolean hasToken() {
    return values.containsKey(TOKEN);
  }

  /// Who says to have signed it.
  ///
  /// @throws Refused naming what is missing, or there twice
  Authorization authorization() throws Refused {
    if (!doubled.isEmpty()) {
      throw incomplete(
          "AWS query-string parameters must be there once: " + String.join(", ", doubled) + ".");
    }
    String missing =
        REQUIRED.stream()
            .filter(name -> values.getOrDefault(name, "").isEmpty())
            .map(name -> "AWS query-string parameters must include '" + name + "'. ")
            .collect(Collectors.joining());
    if (!missing.isEmpty()) {
      throw incomplete(missing + "Re-examine the query-string parameters.");
    }
    if (!value(ALGORITHM).equals(SigV4.ALGORITHM)) {
      throw Authorization.unknownAlgorithm();
    }
    return Authorization.of(value(CREDENTIAL), value(SIGNED_HEADERS), value(SIGNATURE));
  }

  private String value(String name) {
    return values.getOrDefault(name, "");
  }

  /// When it was signed, as it is written there.
  String stamp() {
    return value(DATE);
  }

  /// For how long it is good; empty if it does not say.
  Optional<Duration> lifetime() throws Refused {
    String text = values.get(EXPIRES);
    if (text == null) {
      return Optional.empty();
    }
    long seconds = text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    if (seconds < 1 || seconds > LONGEST.toSeconds()) {
      throw incomplete(EXPIRES + " must be 1 to " + LONGEST.toSeconds() + " seconds.");
    }
    return Optional.of(Duration.ofSeconds(seconds));
  }

  /// What it says of the body's hash.
  Optional<String> bodyHash() {
    return Optional.ofNullable(values.get(HASH));
  }

  /// What of it was signed: all but the signature.
  String signed() {
    return without(query, SIGNATURE::equalsIgnoreCase);
  }

  private static String without(String query, Predicate<String> unwanted) {
    return Arrays.stream(query.split("&"))
        .filter(pair -> !unwanted.test(name(pair)))
        .collect(Collectors.joining("&"));
  }

  private static String name(String pair) {
    int equals = pair.indexOf('=');
    return decoded(equals < 0 ? pair : pair.substring(0, equals));
  }

  /// What is not percent-encoded as it should be stands for itself.
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static Refused incomplete(String message) {
    return new Refused(AwsFault.of(400, "IncompleteSignatureException", message));
  }

  private static Set<String> ignoringCase(List<String> some, List<String> others) {
    var all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(some);
    all.addAll(others);
    return all;
  }
}
