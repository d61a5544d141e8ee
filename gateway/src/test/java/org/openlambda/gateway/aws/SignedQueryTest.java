package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.gateway.aws.AwsFault.Refused;

final class SignedQueryTest {
  private static final String LINK =
      "a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256"
          + "&X-Amz-Credential=AKIA%2F20260131%2Fus-east-1%2Flambda%2Faws4_request"
          + "&X-Amz-Date=20260131T120000Z&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=5e";

  @Test
  void a_link_says_who_signed_it_and_all_but_the_signature_was_signed() throws Exception {
    SignedQuery query = SignedQuery.of(LINK + "&X-Amz-Expires=900");
    assertThat(query.isSigned()).isTrue();
    assertThat(query.hasToken()).isFalse();
    assertThat(query.stamp()).isEqualTo("20260131T120000Z");
    assertThat(query.lifetime()).contains(Duration.ofMinutes(15));
    Authorization authorization = query.authorization();
    assertThat(authorization.keyId()).isEqualTo("AKIA");
    assertThat(authorization.scope()).hasToString("20260131/us-east-1/lambda/aws4_request");
    assertThat(authorization.headers()).isEqualTo(List.of("host", "x-a"));
    assertThat(authorization.signature()).isEqualTo("5e");
    assertThat(query.signed())
        .isEqualTo(LINK.replace("&X-Amz-Signature=5e", "") + "&X-Amz-Expires=900");
  }

  @Test
  void a_link_is_good_for_seven_days_at_the_most() throws Exception {
    assertThat(SignedQuery.of(LINK).lifetime()).as("it need not say").isEmpty();
    assertThat(lifetime("1")).hasSeconds(1);
    assertThat(lifetime("604800")).isEqualTo(Duration.ofDays(7));
    for (String wrong : List.of("604801", "0", "-1", "", "1.5", "900s", "99999999999999999999")) {
      assertThatThrownBy(() -> lifetime(wrong))
          .as(wrong)
          .isInstanceOf(Refused.class)
          .hasMessage("X-Amz-Expires must be 1 to 604800 seconds.");
    }
  }

  private static Duration lifetime(String expires) throws Refused {
    return SignedQuery.of(LINK + "&X-Amz-Expires=" + expires).lifetime().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Amz-Signature=00",
        "x-amz-signature=00",
        "X%2DAmz%2DSignature=00",
        "X-Amz-Date=2",
        "X-Amz-Credential=A",
        "X-Amz-SignedHeaders=host",
        "X-Amz-Algorithm=a"
      })
  void what_signs_must_not_be_there_twice_however_it_is_written(String more) {
    assertThatThrownBy(() -> SignedQuery.of(LINK + "&" + more).authorization())
        .isInstanceOf(Refused.class)
        .hasMessageContaining("must be there once");
  }

  @Test
  void whatever_is_missing_is_named() {
    assertThatThrownBy(() -> SignedQuery.of("X-Amz-Signature=00&X-Amz-Date=").authorization())
        .isInstanceOf(Refused.class)
        .hasMessageContaining("must include 'X-Amz-Credential'")
        .hasMessageContaining("must include 'X-Amz-Date'")
        .hasMessageNotContaining("'X-Amz-Signature'");
  }

  @Test
  void a_function_sees_nothing_of_what_signed_and_all_of_the_rest() {
    assertThat(SignedQuery.unsigned(LINK + "&X-Amz-Expires=9&b=%20&x%2Damz%2Ddate=1&X-Amz-Other="))
        .isEqualTo("a=1&b=%20&X-Amz-Other=");
    assertThat(SignedQuery.unsigned("")).isEmpty();
  }

  @Test
  void other_queries_are_not_signed() {
    for (String query :
        List.of("", "Qualifier=1", "X-Amz-Date=20260131T120000Z", "a=X-Amz-Signature")) {
      assertThat(SignedQuery.of(query).isSigned()).as(query).isFalse();
    }
    assertThat(SignedQuery.of("x-amz-security-token=").hasToken()).isTrue();
  }
}
