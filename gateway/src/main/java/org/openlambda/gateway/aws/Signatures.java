package org.openlambda.gateway.aws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
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

  /// Signed instead of the hash of a body that may be any.
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /// How fields begin that the API means something by.
  private static final String MEANT = "x-amz-";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Identities identities;
  private final Time time;
  private final SigningKeys keys = new SigningKeys();

  Signatures(Identities identities, Time time) {
    this.identities = identities;
    this.time = time;
  }

  /// Somebody, and the region that they talk to.
  record Signed(Principal principal, String region) {}

  /// Somebody who says to have signed a request: not believed yet.
  ///
  /// @param stamp when, as it is written there
  /// @param link the query, if it says who signed it
  record Claim(
      Credential credential,
      Authorization authorization,
      String stamp,
      Optional<SignedQuery> link) {}

  /// Who says to have signed the request, before its body is read: nobody whom we do not know makes
  /// us read one.
  ///
  /// @throws Refused if the head is enough to refuse it
  Claim claim(Exchange exchange) throws Refused {
    Optional<String> field = exchange.header("authorization");
    SignedQuery query = SignedQuery.of(exchange.query());
    boolean isLink = query.isSigned();
    if (field.isEmpty() && !isLink) {
      throw refused("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (field.isPresent() && isLink) {
      throw new Refused(
          AwsFault.of(
              400,
              "IncompleteSignatureException",
              "Only one auth mechanism allowed: the query's or the Authorization header."));
    }
    if (query.hasToken() || exchange.header("x-amz-security-token").isPresent()) {
      throw unknown(); // tokens of sessions are not given here
    }
    Authorization authorization =
        isLink ? query.authorization() : Authorization.parse(field.orElseThrow());
    requireSigned(exchange, authorization);
    Credential credential = identities.find(authorization.keyId()).orElseThrow(Signatures::unknown);
    String stamp = isLink ? query.stamp() : exchange.header("x-amz-date").orElse("");
    Duration lifetime = isLink ? query.lifetime().orElse(SKEW) : SKEW;
    requireTimely(stamp, authorization.scope().date(), lifetime);
    return new Claim(
        credential, authorization, stamp, isLink ? Optional.of(query) : Optional.empty());
  }

  /// Who signed the request.
  ///
  /// @throws Refused if it was not who claims it, or something was changed since
  Signed check(Exchange exchange, Claim claim, byte[] body) throws Refused {
    Scope scope = claim.authorization().scope();
    SigV4.Key key = keys.of(claim.credential(), scope);
    String query = claim.link().map(SignedQuery::signed).orElse(exchange.query());
    List<String> hashes = hashes(exchange, claim, body);
    for (String path : paths(exchange)) {
      for (String hash : hashes) {
        var request =
            new SigV4.Signable(
                exchange.method(),
                path,
                query,
                exchange.headers(),
                claim.authorization().headers(),
                hash);
        String expected = SigV4.sign(key, claim.stamp(), scope, request);
        if (isSame(expected, claim.authorization().signature())) {
          return new Signed(claim.credential().principal(), scope.region());
        }
      }
    }
    throw refused(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check"
            + " your AWS Secret Access Key and signing method. Consult the service documentation"
            + " for details.");
  }

  /// As it was sent; of a function, which may have any paths, also as most clients sign it.
  private static List<String> paths(Exchange exchange) {
    String path = exchange.path();
    return FunctionUrl.isHost(exchange.authority())
        ? Stream.of(path, SigV4.normalized(path)).distinct().toList()
        : List.of(path);
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

  private void requireTimely(String stamp, String day, Duration lifetime) throws Refused {
    Instant signed;
    try {
      signed = moment(stamp);
    } catch (DateTimeException e) {
      throw refused(
          "IncompleteSignatureException",
          "Authorization header requires existence of a 'X-Amz-Date' header.");
    }
    Instant now = time.now();
    if (!stamp.startsWith(day + "T")) {
      throw refused(
          "InvalidSignatureException",
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
              + " HTTP");
    }
    if (signed.isBefore(now.minus(lifetime))) {
      throw refused(
          "InvalidSignatureException",
          "Signature expired: %s is now earlier than %s (%s - %s)"
              .formatted(
                  stamp, STAMP.format(now.minus(lifetime)), STAMP.format(now), spoken(lifetime)));
    }
    if (signed.isAfter(now.plus(SKEW))) {
      throw refused(
          "InvalidSignatureException",
          "Signature not yet current: %s is still later than %s (%s + %s)"
              .formatted(stamp, STAMP.format(now.plus(SKEW)), STAMP.format(now), spoken(SKEW)));
    }
  }

  private static String spoken(Duration time) {
    return time.toSecondsPart() == 0 ? time.toMinutes() + " min." : time.toSeconds() + " sec.";
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

  /// Of the body as it came; a client that says another one has not sent this body. Who signs a
  /// link may have left open with which body it is used.
  private static List<String> hashes(Exchange exchange, Claim claim, byte[] body) throws Refused {
    String actual = SigV4.sha256(body);
    Optional<String> claimed =
        exchange
            .header("x-amz-content-sha256")
            .or(() -> claim.link().flatMap(SignedQuery::bodyHash));
    if (claim.link().isPresent() && claimed.stream().allMatch(UNSIGNED::equals)) {
      return claimed.isPresent() ? List.of(UNSIGNED) : List.of(actual, UNSIGNED);
    }
    if (claimed.isPresent() && !claimed.get().equals(actual)) {
      throw refused(
          "InvalidSignatureException",
          "The body is not the one that was signed: x-amz-content-sha256 is another.");
    }
    return List.of(actual);
  }
}
