package org.openlambda.core.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void an_amount_is_written_in_the_largest_unit_that_fits() {
    assertThat(new Bytes(17)).hasToString("17 bytes");
    assertThat(new Bytes(1536)).hasToString("1.5 KiB");
    assertThat(Bytes.mebi(128)).hasToString("128 MiB");
    assertThat(Bytes.mebi(24 * 1024)).hasToString("24 GiB");
  }

  @Test
  void a_negative_amount_is_refused() {
    assertThatThrownBy(() -> new Bytes(-1)).hasMessageContaining("-1");
  }

  @Test
  void mebibytes_are_rounded_up() {
    assertThat(new Bytes(1).inMebi()).isEqualTo(1);
    assertThat(Bytes.mebi(3).inMebi()).isEqualTo(3);
  }
}
