package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;

final class SigningKeysTest {
  private static final Credential KEY =
      new Credential("AK", "secret", new Principal(Account.FIRST, "ada", Role.ADMIN, "AK"));

  private final SigningKeys keys = new SigningKeys();

  private static Scope scope(int number) {
    return new Scope("20260131", "region-" + number, "lambda");
  }

  @Test
  void no_more_than_4096_are_kept_and_each_is_the_right_one() {
    for (int i = 0; i < 4_096; i++) {
      keys.of(KEY, scope(i));
    }
    assertThat(keys.size()).isEqualTo(4_096);
    byte[] first = keys.of(KEY, scope(0));
    assertThat(first).as("as it was").isSameAs(keys.of(KEY, scope(0)));
    assertThat(keys.of(KEY, scope(4_096))).isEqualTo(SigV4.key("secret", scope(4_096)));
    assertThat(keys.size()).as("one too many, and all begin anew").isEqualTo(1);
    assertThat(keys.of(KEY, scope(0))).isNotSameAs(first).isEqualTo(first);
  }
}
