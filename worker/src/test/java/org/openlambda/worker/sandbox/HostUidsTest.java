package org.openlambda.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
