package org.openlambda.gateway.aws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Identities;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.door.Exchange;

/// Checks signatures (AWS Signature Version 4, "Create a signed AWS API request"). Safe for any
/// thread; some 5 µs and the hash of the body.
final class Signatures {
  /// How far the clocks of two machines may differ, as the service allows.
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int MOST_KEYS = 4_096;

  /// How fields begin that the API means something by.
  private static final String MEANT = "x-amz-";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Identities identities;
  private final Time time;

  /// The key that each access key signed with last, by its id; emptied when it is full.
  private final Map<String, Signing> signingKeys = new ConcurrentHashMap<>();

  /// @param key what is made of the other two
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Signing(Credential credential, Scope scope, byte[] key) {
    boolean isOf(Credential other, Scope another) {
      return credential.equals(other) && scope.equals(another);
    }
  }

  Signatures(Identities identities, Time time) {
    this.identities = identities;
    this.time = time;
  }

  /// Somebody, and the region that they talk to.
  record Signed(Principal principal, String region) {}

  /// Somebody who says to have signed a request: not believed yet.
  record Claim(Credential credential, Authorization authorization, String stamp) {}

  /// Who says to have signed the request, before its body is read: nobody whom we do not know makes
  /// us read one.
  ///
  /// @throws Refused if the head is enough to refuse it
  Claim claim(Exchange exchange) throws Refused {
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
    return new Claim(credential, authorization, stamp(exchange, authorization));
  }

  /// Who signed the request.
  ///
  /// @throws Refused if it was not who claims it, or something was changed since
  Signed check(Exchange exchange, Claim claim, byte[] body) throws Refused {
    Authorization authorization = claim.authorization();
    var request =
        new SigV4.Signable(
            exchange.method(),
            exchange.path(),
            exchange.query(),
            exchange.headers(),
            authorization.headers(),
            hash(exchange, body));
    Scope scope = authorization.scope();
    byte[] key = signingKey(claim.credential(), scope);
    String expected = SigV4.sign(key, claim.stamp(), scope, request);
    if (!isSame(expected, authorization.signature())) {
      throw refused(
          "InvalidSignatureException",
          "The request signature we calculated does not match the signature you provided. Check"
              + " your AWS Secret Access Key and signing method. Consult the service documentation"
              + " for details.");
    }
    return new Signed(claim.credential().principal(), authorization.scope().region());
  }

  /// Takes as long wherever they differ.
  private static boolean isSame(String expected, String claimed) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII), claimed.getBytes(StandardCharsets.UTF_8));
  }

  /// What the API means something by must not have been added or changed on the way.
  private static void requireSigned(Exchange exchange, Authorization authorization) throws Refused {
    for (Header header : exchange.headers()) {
      if (!header.name().regionMatches(true, 0, MEANT, 0, MEANT.length())) {
        continue;
      }
      String name = header.name().toLowerCase(Locale.ROOT);
      if (!authorization.headers().contains(name)) {
        throw refused(
            "InvalidSignatureException",
            "There were headers present in the request which were not signed: " + name);
      }
    }
    boolean isLogs = AwsDoor.isLogs(exchange.path()) && !FunctionUrl.isHost(exchange.authority());
    String service = isLogs ? "logs" : "lambda";
    if (!authorization.scope().service().equals(service)) {
      throw refused(
          "InvalidSignatureException",
          "Credential should be scoped to correct service: '" + service + "'.");
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
      signed = moment(stamp);
    } catch (DateTimeException e) {
      throw refused(
          "IncompleteSignatureException",
          "Authorization header requires existence of a 'X-Amz-Date' header.");
    }
    Instant now = time.now();
    if (!stamp.startsWith(authorization.scope().date() + "T")) {
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

  /// Of `20260131T120000Z`. By hand: a formatter takes longer than all the rest of a check.
  private static Instant moment(String stamp) {
    if (stamp.length() != 16 || stamp.charAt(8) != 'T' || stamp.charAt(15) != 'Z') {
      throw new DateTimeException("no stamp");
    }
    return LocalDateTime.of(
            number(stamp, 0, 4),
            number(stamp, 4, 6),
            number(stamp, 6, 8),
            number(stamp, 9, 11),
            number(stamp, 11, 13),
            number(stamp, 13, 15))
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("no digit");
      }
      number = 10 * number + digit;
    }
    return number;
  }

  /// Of the body as it came; a client that says another one has not sent this body.
  private static String hash(Exchange exchange, byte[] body) throws Refused {
    String actual = SigV4.sha256(body);
    Optional<String> claimed = exchange.header("x-amz-content-sha256");
    if (claimed.isPresent() && !claimed.get().equals(actual)) {
      throw refused(
          "InvalidSignatureException",
          "The body is not the one that was signed: x-amz-content-sha256 is another.");
    }
    return actual;
  }

  private byte[] signingKey(Credential credential, Scope scope) {
    Signing known = signingKeys.get(credential.id());
    if (known != null && known.isOf(credential, scope)) {
      return known.key;
    }
    if (signingKeys.size() > MOST_KEYS) {
      signingKeys.clear();
    }
    byte[] made = SigV4.key(credential.secret(), scope);
    signingKeys.put(credential.id(), new Signing(credential, scope, made));
    return made;
  }
}
