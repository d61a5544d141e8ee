package org.openlambda.gateway.aws;

import static org.openlambda.fuzz.Oracle.that;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Signable;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.aws.AwsFault.Refused;

/// A signed request, lines of which the first is the field `Authorization`, then path, query and
/// other fields: refused with 400, or of bounded parts, and a signature can be made that is another
/// one for another request.
public final class SignatureFuzz {
  private static final String STAMP = "20260131T120000Z";
  private static final String HASH = SigV4.sha256(new byte[0]);

  private SignatureFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    List<String> lines = List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1));
    try {
      judge(Authorization.parse(lines.getFirst()), lines);
    } catch (Refused refused) {
      that(refused.fault().status() == 400, "status %d", refused.fault().status());
    }
  }

  private static void judge(Authorization authorization, List<String> lines) {
    SigV4.Scope scope = authorization.scope();
    that(scope.region().matches("[A-Za-z0-9-]{1,64}"), "region '%s'", scope.region());
    that(authorization.headers().contains("host"), "the host is not signed");
    that(!authorization.signature().isEmpty(), "there is no signature");
    String path = lines.size() > 1 ? "/" + lines.get(1) : "/";
    String query = lines.size() > 2 ? lines.get(2) : "";
    var headers = new ArrayList<Header>();
    headers.add(new Header("host", "localhost"));
    for (String line : lines.subList(Math.min(3, lines.size()), lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(new Header(line.substring(0, colon), line.substring(colon + 1)));
      }
    }
    SigV4.Key key = SigV4.key("secret", scope);
    String here = sign(key, authorization, path, query, headers);
    that(here.matches("[0-9a-f]{64}"), "signature '%s'", here);
    that(here.equals(sign(key, authorization, path, query, headers)), "another one each time");
    that(!here.equals(sign(key, authorization, path + "x", query, headers)), "of any path");
    that(!here.equals(sign(key, authorization, path, query + "&x=y", headers)), "of any query");
    headers.addFirst(new Header("Host", "elsewhere"));
    that(!here.equals(sign(key, authorization, path, query, headers)), "of any host");
  }

  private static String sign(
      SigV4.Key key, Authorization authorization, String path, String query, List<Header> headers) {
    var request = new Signable("POST", path, query, headers, authorization.headers(), HASH);
    return SigV4.sign(key, STAMP, authorization.scope(), request);
  }
}
