package org.openlambda.linux.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelTest {
  @Test
  void the_release_can_be_compared() {
    assertThat(Kernel.release()).matches("\\d+\\.\\d+.*");
    assertThat(Kernel.isAtLeast(4, 0)).isTrue();
    assertThat(Kernel.isAtLeast(99, 0)).isFalse();
  }

  @Test
  void the_limits_are_plausible() {
    Kernel.ResourceLimit files = Kernel.openFiles();
    assertThat(files.soft()).isBetween(1L, files.hard());
    assertThat(Kernel.pidMax()).isGreaterThan(300);
    assertThat(Kernel.maxUserNamespaces().orElse(0)).isNotNegative();
  }

  @Test
  void root_has_capabilities() {
    assertThat(Kernel.isRoot()).isEqualTo(Kernel.effectiveUid() == 0);
    if (Kernel.effectiveCapabilities() == 0) {
      assertThat(Kernel.hasCapability(Kernel.CAP_SYS_ADMIN)).isFalse();
    }
  }

  @Test
  void seccomp_can_refuse_a_call() {
    assertThat(Kernel.seccompActions()).contains("errno", "allow");
  }
}
