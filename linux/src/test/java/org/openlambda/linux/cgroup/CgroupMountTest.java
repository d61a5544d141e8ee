package org.openlambda.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CgroupMountTest {
  @Test
  void a_hybrid_machine_has_v1_hierarchies_and_one_of_v2() {
    List<CgroupMount> mounts =
        CgroupMount.parse(
            """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:5 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """,
            """
            4:memory:/user/me
            2:cpu,cpuacct:/
            1:name=systemd:/user.slice
            0::/user.slice
            """);
    assertThat(mounts)
        .contains(
            new CgroupMount(
                "/sys/fs/cgroup/cpu,cpuacct",
                "/sys/fs/cgroup/cpu,cpuacct",
                false,
                Set.of("rw", "cpu", "cpuacct")),
            new CgroupMount(
                "/sys/fs/cgroup/memory",
                "/sys/fs/cgroup/memory/user/me",
                false,
                Set.of("rw", "memory")),
            new CgroupMount(
                "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified/user.slice", true, Set.of()))
        .hasSize(4);
  }

  @Test
  void a_service_finds_its_own_group_on_a_machine_with_v2_only() {
    assertThat(
            CgroupMount.parse(
                "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
                "0::/system.slice/openlambda.service\n"))
        .containsExactly(
            new CgroupMount(
                "/sys/fs/cgroup",
                "/sys/fs/cgroup/system.slice/openlambda.service",
                true,
                Set.of()));
  }

  @Test
  void a_container_sees_a_part_of_the_hierarchy() {
    String mount = "9 1 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
    assertThat(CgroupMount.parse(mount, "0::/docker/abc\n").getFirst().own())
        .isEqualTo("/sys/fs/cgroup");
    assertThat(CgroupMount.parse(mount, "0::/docker/abc/x\n").getFirst().own())
        .isEqualTo("/sys/fs/cgroup/x");
    assertThat(CgroupMount.parse(mount, "0::/elsewhere\n").getFirst().own())
        .isEqualTo("/sys/fs/cgroup");
  }
}
