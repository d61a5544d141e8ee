package org.openlambda.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.identity.SigV4.Signable;
import org.openlambda.core.invocation.Header;

/// The expected signatures are those of botocore 1.43.11 for the same requests.
final class SigV4Test {
  private static final Scope SCOPE = new Scope("20150830", "us-east-1", "service");

  private static String signed(String query) {
    byte[] key = SigV4.key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SCOPE);
    var headers =
        List.of(
            new Header("Host", "example.amazonaws.com"),
            new Header("X-Amz-Date", "20150830T123600Z"));
    var request =
        new Signable(
            "GET", "/", query, headers, List.of("host", "x-amz-date"), SigV4.sha256(new byte[0]));
    return SigV4.sign(key, "20150830T123600Z", SCOPE, request);
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
}
