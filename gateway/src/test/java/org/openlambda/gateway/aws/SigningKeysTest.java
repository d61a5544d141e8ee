package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;

final class SigningKeysTest {
  private static final Scope SCOPE = new Scope("20260131", "us-east-1", "lambda");

  private final SigningKeys keys = new SigningKeys();

  private static Credential key(int number) {
    String id = "AK" + number;
    return new Credential(
        id, "secret " + number, new Principal(Account.FIRST, "ada", Role.ADMIN, id));
  }

  private static String signed(SigV4.Key key) {
    var request = new SigV4.Signable("GET", "/", "", List.of(), List.of(), "");
    return SigV4.sign(key, "20260131T120000Z", SCOPE, request);
  }

  @Test
  void no_more_than_4096_are_kept_and_each_is_the_right_one() {
    for (int i = 0; i < 4_096; i++) {
      keys.of(key(i), SCOPE);
    }
    assertThat(keys.size()).isEqualTo(4_096);
    SigV4.Key first = keys.of(key(0), SCOPE);
    assertThat(first).as("as it was").isSameAs(keys.of(key(0), SCOPE));
    assertThat(signed(keys.of(key(4_096), SCOPE)))
        .isEqualTo(signed(SigV4.key("secret 4096", SCOPE)));
    assertThat(keys.size()).as("one too many, and all begin anew").isEqualTo(1);
    assertThat(keys.of(key(0), SCOPE)).isNotSameAs(first);
    assertThat(signed(keys.of(key(0), SCOPE))).isEqualTo(signed(first));
  }

  @Test
  void a_key_signs_for_each_day_and_region_anew() {
    Scope tomorrow = new Scope("20260201", "us-east-1", "lambda");
    SigV4.Key today = keys.of(key(1), SCOPE);
    assertThat(signed(keys.of(key(1), tomorrow)))
        .isEqualTo(signed(SigV4.key("secret 1", tomorrow)));
    assertThat(signed(keys.of(key(1), SCOPE))).isEqualTo(signed(today));
    assertThat(keys.size()).isEqualTo(1);
  }
}
