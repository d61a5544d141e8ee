package org.openlambda.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.identity.SigV4.Signable;
import org.openlambda.core.invocation.Header;

/// Signatures that botocore makes; the first one is in AWS's own test suite (`get-vanilla`).
final class SigV4Test {
  private static final String STAMP = "20150830T123600Z";
  private static final Header HOST = new Header("Host", "example.amazonaws.com");
  private static final Header DATE = new Header("X-Amz-Date", STAMP);

  private static String sign(String service, Signable request) {
    var scope = new Scope("20150830", "us-east-1", service);
    byte[] key = SigV4.key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope);
    return SigV4.sign(key, STAMP, scope, request);
  }

  private static String hash(String body) {
    return SigV4.sha256(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_request_without_anything_special_is_signed_as_in_the_test_suite_of_aws() {
    var request =
        new Signable("GET", "/", "", List.of(HOST, DATE), List.of("host", "x-amz-date"), hash(""));
    assertThat(sign("service", request))
        .isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  }

  /// An encoded path is encoded again, the query is sorted, and spaces of a value become single.
  @Test
  void what_is_written_in_several_ways_is_signed_in_one() {
    var context = new Header("x-amz-client-context", "  a   b  c ");
    var request =
        new Signable(
            "POST",
            "/2015-03-31/functions/a%3Ab/invocations",
            "b=%20x&Qualifier=prod",
            List.of(HOST, new Header("x-other", "not signed"), context, DATE),
            List.of("host", "x-amz-client-context", "x-amz-date"),
            hash("{\"name\":\"Ada\"}"));
    assertThat(sign("lambda", request))
        .isEqualTo("164d2f1817a4aecd73e7aed3c93174acafbdd0ee258c0336ee55204a470319c7");
  }
}
