package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressRangeTest {
  @Test
  void ranges_lie_one_behind_the_other() {
    var first = new AddressRange(0);
    var second = new AddressRange(1);
    var last = new AddressRange(63);
    assertThat(first).hasToString("100.80.0.0/18");
    assertThat(second).hasToString("100.80.64.0/18");
    assertThat(first.address(AddressRange.SIZE - 1).getHostAddress()).isEqualTo("100.80.63.255");
    assertThat(second.address(0).getHostAddress()).isEqualTo("100.80.64.0");
    assertThat(last.address(AddressRange.SIZE - 1).getHostAddress()).isEqualTo("100.95.255.255");
  }

  @Test
  void there_is_no_address_behind_the_last() {
    assertThatThrownBy(() -> new AddressRange(0).address(AddressRange.SIZE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AddressRange(64)).isInstanceOf(IllegalArgumentException.class);
  }
}
