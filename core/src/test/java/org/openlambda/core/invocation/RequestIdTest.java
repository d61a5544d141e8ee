package org.openlambda.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestIdTest {
  @Test
  void ids_are_version_4_uuids_and_never_repeat() {
    var seen = new HashSet<RequestId>();
    for (int i = 0; i < 10_000; i++) {
      var id = RequestId.random();
      assertThat(UUID.fromString(id.text()).version()).isEqualTo(4);
      assertThat(UUID.fromString(id.text()).variant()).isEqualTo(2);
      assertThat(seen.add(id)).isTrue();
    }
  }
}
