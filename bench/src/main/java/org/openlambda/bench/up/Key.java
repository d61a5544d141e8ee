package org.openlambda.bench.up;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.identity.SigV4.Signable;
import org.openlambda.core.invocation.Header;

/// A key, and what it signs (AWS Signature Version 4).
public record Key(String id, String secret) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE = 8;
  private static final List<String> SIGNED = List.of("host", "x-amz-date");

  /// The fields that a signature consists of: good for five minutes, in the region `us-east-1`.
  ///
  /// @param path as it is sent, without a query
  /// @param host as it is sent, with the port
  List<Header> sign(String method, String path, String host, byte[] body, Instant at) {
    String stamp = STAMP.format(at);
    var scope = new Scope(stamp.substring(0, DATE), "us-east-1", "lambda");
    var date = new Header("X-Amz-Date", stamp);
    List<Header> headers = List.of(new Header("Host", host), date);
    var signable = new Signable(method, path, "", headers, SIGNED, SigV4.sha256(body));
    String signature = SigV4.sign(SigV4.key(secret, scope), stamp, scope, signable);
    String authorization =
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(SigV4.ALGORITHM, id, scope, String.join(";", SIGNED), signature);
    return List.of(date, new Header("Authorization", authorization));
  }
}
