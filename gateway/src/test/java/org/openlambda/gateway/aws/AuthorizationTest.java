package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.openlambda.gateway.aws.AwsFault.Refused;

final class AuthorizationTest {
  private static Authorization of(String region) throws Refused {
    return Authorization.parse(
        "AWS4-HMAC-SHA256 Credential=AK/20260131/"
            + region
            + "/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc");
  }

  @Test
  void a_region_has_64_characters_that_a_name_of_one_can_have() throws Exception {
    String longest = "a-1".repeat(21) + "b";
    assertThat(of(longest).scope().region()).isEqualTo(longest).hasSize(64);
    for (String other : new String[] {"", longest + "b", "us_east", "us east", "\u00fc"}) {
      assertThatThrownBy(() -> of(other))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> {
                assertThat(refused.fault().status()).isEqualTo(400);
                assertThat(refused.fault().message()).contains("valid region");
              });
    }
  }
}
