package org.openlambda.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.identity.SigV4.Signable;
import org.openlambda.core.invocation.Header;

/// The expected signatures are those of botocore 1.43.11 for the same requests.
final class SigV4Test {
  private static final String STAMP = "20150830T123600Z";
  private static final Header HOST = new Header("Host", "example.amazonaws.com");
  private static final Header DATE = new Header("X-Amz-Date", STAMP);

  private static String signed(String query) {
    return sign(
        "service",
        new Signable(
            "GET", "/", query, List.of(HOST, DATE), List.of("host", "x-amz-date"), hash("")));
  }

  @Test
  void parameters_are_signed_in_the_order_of_their_names_then_of_their_values() {
    assertThat(signed("Param2=value2&Param1=value1"))
        .isEqualTo("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    assertThat(signed("a1=3&a=2&a-b=0&a=1")).isEqualTo(signed("a=1&a=2&a-b=0&a1=3"));
    assertThat(signed("a1=3&a=2&a-b=0&a=1"))
        .isEqualTo("d1ea00e14eb18e8af812c89daa075b0bbfed6d08f359c38d828b6388a8aef409");
  }

  @Test
  void bytes_that_are_no_character_are_signed_as_they_are() {
    assertThat(signed("a=%FF")).isNotEqualTo(signed("a=%FE"));
    assertThat(signed("a=%ff")).isEqualTo(signed("a=%FF"));
    assertThat(signed("a=%C3%A9")).isEqualTo(signed("a=é"));
    assertThat(signed("a=b+c")).isEqualTo(signed("a=b%20c"));
    assertThat(signed("a=%2")).isEqualTo(signed("a=%252"));
  }

  @Test
  void a_path_is_the_same_without_what_stands_for_nothing() {
    assertThat(SigV4.normalized("/a//b/./c")).isEqualTo("/a/b/c");
    assertThat(SigV4.normalized("/a/../../b/")).isEqualTo("/b/");
    assertThat(SigV4.normalized("//")).isEqualTo("/");
    assertThat(SigV4.normalized("/a%2F.%2e/b")).isEqualTo("/a%2F.%2e/b");
  }

  private static String sign(String service, Signable request) {
    var scope = new Scope("20150830", "us-east-1", service);
    SigV4.Key key = SigV4.key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope);
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
