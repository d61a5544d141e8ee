package org.openlambda.gateway.aws;

import java.util.List;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.gateway.aws.AwsFault.Refused;

/// Who says to have signed a request, and what of it (AWS Signature Version 4): in the query
/// ([SignedQuery]), or in a field of the head:
///
///     AWS4-HMAC-SHA256 Credential=KEY/20260131/us-east-1/lambda/aws4_request,
///       SignedHeaders=host;x-amz-date, Signature=64 hexadecimal digits
///
/// @param headers names in lower case, as they were signed
record Authorization(String keyId, Scope scope, List<String> headers, String signature) {
  private static final int SCOPE_PARTS = 5;

  /// It becomes part of ARNs, and keys are kept by it.
  private static final int LONGEST_REGION = 64;

  /// @param field of the head
  /// @throws Refused naming what is missing
  static Authorization parse(String field) throws Refused {
    if (!field.startsWith(SigV4.ALGORITHM + " ")) {
      throw unknownAlgorithm();
    }
    return of(
        required(field, "Credential"),
        required(field, "SignedHeaders"),
        required(field, "Signature"));
  }

  /// @param headers separated by semicolons
  static Authorization of(String credential, String headers, String signature) throws Refused {
    String[] scope = credential.split("/", -1);
    if (scope.length != SCOPE_PARTS || !scope[4].equals("aws4_request")) {
      throw incomplete("Credential must have exactly 5 slash-delimited elements.");
    }
    if (!isRegion(scope[2])) {
      throw incomplete("Credential should be scoped to a valid region.");
    }
    List<String> signed = List.of(headers.split(";"));
    if (!signed.contains("host")) {
      throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    }
    return new Authorization(scope[0], new Scope(scope[1], scope[2], scope[3]), signed, signature);
  }

  /// `[A-Za-z0-9-]{1,64}`; by hand, as this is done for each call.
  private static boolean isRegion(String text) {
    boolean fits = !text.isEmpty() && text.length() <= LONGEST_REGION;
    for (int i = 0; fits && i < text.length(); i++) {
      char c = text.charAt(i);
      fits = c < 128 && (Character.isLetterOrDigit(c) || c == '-');
    }
    return fits;
  }

  static Refused unknownAlgorithm() {
    return incomplete("Unsupported AWS 'algorithm': only " + SigV4.ALGORITHM + " is taken.");
  }

  private static String required(String field, String name) throws Refused {
    String value = part(field, name);
    if (value.isEmpty()) {
      throw incomplete("Authorization header requires '" + name + "' parameter.");
    }
    return value;
  }

  /// The last part `NAME=…` of those that commas separate; empty if there is none.
  private static String part(String field, String name) {
    String found = "";
    for (int from = SigV4.ALGORITHM.length(); from < field.length(); ) {
      int comma = field.indexOf(',', from);
      int end = comma < 0 ? field.length() : comma;
      int equals = field.indexOf('=', from);
      if (equals > 0 && equals < end && isAlone(name, field, from, equals)) {
        found = field.substring(equals + 1, end).strip();
      }
      from = end + 1;
    }
    return found;
  }

  /// Whether there is only a name between two places, and spaces around it.
  private static boolean isAlone(String name, String field, int from, int to) {
    int begin = from;
    while (begin < to && Character.isWhitespace(field.charAt(begin))) {
      begin++;
    }
    int end = to;
    while (end > begin && Character.isWhitespace(field.charAt(end - 1))) {
      end--;
    }
    return end - begin == name.length() && field.startsWith(name, begin);
  }

  private static Refused incomplete(String message) {
    return new Refused(AwsFault.of(400, "IncompleteSignatureException", message));
  }
}
