package org.openlambda.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestIdTest {
  @Test
  void an_id_tells_when_it_was_made() {
    long noon = 1_796_040_000_123L;
    UUID id = UUID.fromString(RequestId.at(noon).text());
    assertThat(RequestId.madeMillis(id)).isEqualTo(noon);
    assertThat(id.version()).isEqualTo(4);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(RequestId.madeMillis(UUID.fromString(RequestId.random().text())))
        .isCloseTo(System.currentTimeMillis(), within(60_000L));
  }

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
