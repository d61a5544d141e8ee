package org.openlambda.gateway.aws;

import java.util.List;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.gateway.aws.AwsFault.Refused;

/// The field `Authorization` of a signed request (AWS Signature Version 4):
///
///     AWS4-HMAC-SHA256 Credential=KEY/20260131/us-east-1/lambda/aws4_request,
///       SignedHeaders=host;x-amz-date, Signature=64 hexadecimal digits
///
/// @param headers names in lower case, as they were signed
record Authorization(String keyId, Scope scope, List<String> headers, String signature) {
  private static final int SCOPE_PARTS = 5;

  /// @throws Refused naming what is missing
  static Authorization parse(String field) throws Refused {
    if (!field.startsWith(SigV4.ALGORITHM + " ")) {
      throw incomplete("Unsupported AWS 'algorithm': only " + SigV4.ALGORITHM + " is taken.");
    }
    String[] scope = required(field, "Credential").split("/", -1);
    if (scope.length != SCOPE_PARTS || !scope[4].equals("aws4_request")) {
      throw incomplete("Credential must have exactly 5 slash-delimited elements.");
    }
    List<String> headers = List.of(required(field, "SignedHeaders").split(";"));
    if (!headers.contains("host")) {
      throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    }
    return new Authorization(
        scope[0], new Scope(scope[1], scope[2], scope[3]), headers, required(field, "Signature"));
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
      if (equals > 0 && equals < end && field.substring(from, equals).strip().equals(name)) {
        found = field.substring(equals + 1, end).strip();
      }
      from = end + 1;
    }
    return found;
  }

  private static Refused incomplete(String message) {
    return new Refused(AwsFault.of(400, "IncompleteSignatureException", message));
  }
}
