package org.openlambda.linux.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdMapTest {
  private static final IdMap HOST = IdMap.parse("         0          0 4294967295\n");
  private static final IdMap RANGE = IdMap.parse("0 12345 1\n1 100000 65536\n");

  @Test
  void a_host_has_all_ids() {
    assertThat(HOST.has(300_000, 16_384)).isTrue();
    assertThat(HOST.end()).isEqualTo(4_294_967_295L);
  }

  @Test
  void a_namespace_has_what_was_mapped() {
    assertThat(RANGE.has(1, 65_536)).isTrue();
    assertThat(RANGE.has(1, 65_537)).isFalse();
    assertThat(RANGE.has(0, 2)).as("across two extents").isFalse();
    assertThat(RANGE.end()).isEqualTo(65_537);
  }

  @Test
  void without_a_map_there_is_none() {
    assertThat(IdMap.parse("").end()).isZero();
    assertThat(IdMap.parse("").has(0, 1)).isFalse();
  }

  @Test
  void this_process_has_its_own_uid() {
    assertThat(IdMap.ofUids().has(Kernel.effectiveUid(), 1)).isTrue();
    assertThat(IdMap.ofGids().end()).isPositive();
  }
}
