package org.openlambda.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.system.IdMap;

class HostUidsTest {
  @TempDir private Path folder;

  @Test
  void two_workers_never_have_a_uid_in_common() throws IOException {
    try (var first = HostUids.claim(folder);
        var second = HostUids.claim(folder)) {
      var uids = new HashSet<Integer>();
      for (int i = 0; i < HostUids.PER_WORKER; i++) {
        uids.add(first.take());
        uids.add(second.take());
      }
      assertThat(uids).hasSize(2 * HostUids.PER_WORKER).allMatch(uid -> uid >= 300_000);
    }
  }

  @Test
  void a_uid_is_used_again_only_after_it_was_given_back_and_the_longest_unused_first()
      throws IOException {
    try (var uids = HostUids.claim(folder)) {
      for (int i = 0; i < HostUids.PER_WORKER; i++) {
        uids.take();
      }
      assertThatThrownBy(uids::take).isInstanceOf(IllegalStateException.class);
      uids.giveBack(300_007);
      uids.giveBack(300_003);
      assertThat(uids.take()).isEqualTo(300_007);
      assertThat(uids.take()).isEqualTo(300_003);
      assertThatThrownBy(uids::take).hasMessageContaining("16384 sandboxes at once");
    }
  }

  private static List<Integer> bases(String map) {
    return HostUids.bases(IdMap.parse(map), IdMap.parse(map));
  }

  @Test
  void on_a_host_ranges_begin_at_300_000() {
    assertThat(bases("0 0 4294967295\n")).hasSize(64).startsWith(300_000, 316_384);
  }

  @Test
  void in_a_namespace_ranges_are_of_what_it_has_and_never_its_root() {
    assertThat(bases("0 12345 1\n1 100000 65536\n")).containsExactly(49_153, 32_769, 16_385, 1);
    assertThat(bases("0 100000 65536\n")).containsExactly(49_152, 32_768, 16_384);
    assertThat(bases("0 12345 1\n1 100000 16383\n")).isEmpty();
  }

  @Test
  void a_range_has_to_be_there_for_users_and_groups() {
    assertThat(HostUids.bases(IdMap.parse("0 5 1\n1 100000 65536\n"), IdMap.parse("0 5 1\n")))
        .isEmpty();
  }

  @Test
  void without_a_range_all_sandboxes_have_the_one_uid_there_is() throws IOException {
    try (var uids = HostUids.claim(folder, List.of())) {
      assertThat(uids.distinct()).isFalse();
      assertThat(List.of(uids.take(), uids.take())).containsExactly(0, 0);
      uids.giveBack(0);
      assertThat(uids.take()).isZero();
    }
  }

  @Test
  void a_range_is_free_again_when_its_worker_closes() throws IOException {
    int first;
    try (var uids = HostUids.claim(folder)) {
      first = uids.take();
    }
    try (var uids = HostUids.claim(folder)) {
      assertThat(uids.take()).isEqualTo(first);
    }
  }
}
