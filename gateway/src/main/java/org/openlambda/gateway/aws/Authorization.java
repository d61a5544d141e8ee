package org.openlambda.gateway.aws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /// @param field of the head
  /// @throws Refused naming what is missing
  static Authorization parse(String field) throws Refused {
    if (!field.startsWith(SigV4.ALGORITHM + " ")) {
      throw unknownAlgorithm();
    }
    var parts = new HashMap<String, String>();
    for (String part : field.substring(SigV4.ALGORITHM.length()).split(",")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    return of(
        required(parts, "Credential"),
        required(parts, "SignedHeaders"),
        required(parts, "Signature"));
  }

  /// @param headers separated by semicolons
  static Authorization of(String credential, String headers, String signature) throws Refused {
    String[] scope = credential.split("/", -1);
    if (scope.length != SCOPE_PARTS || !scope[4].equals("aws4_request")) {
      throw incomplete("Credential must have exactly 5 slash-delimited elements.");
    }
    if (!REGION.matcher(scope[2]).matches()) {
      throw incomplete("Credential should be scoped to a valid region.");
    }
    List<String> signed = List.of(headers.split(";"));
    if (!signed.contains("host")) {
      throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    }
    return new Authorization(scope[0], new Scope(scope[1], scope[2], scope[3]), signed, signature);
  }

  static Refused unknownAlgorithm() {
    return incomplete("Unsupported AWS 'algorithm': only " + SigV4.ALGORITHM + " is taken.");
  }

  private static String required(Map<String, String> parts, String name) throws Refused {
    String value = parts.get(name);
    if (value == null || value.isEmpty()) {
      throw incomplete("Authorization header requires '" + name + "' parameter.");
    }
    return value;
  }

  private static Refused incomplete(String message) {
    return new Refused(AwsFault.of(400, "IncompleteSignatureException", message));
  }
}
