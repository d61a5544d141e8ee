package org.openlambda.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.worker.instance.Eviction.Candidate;

class EvictionTest {
  private static final List<Candidate<String>> IDLE =
      List.of(
          new Candidate<>("oldest", 10), new Candidate<>("middle", 20), new Candidate<>("new", 5));

  @Test
  void the_least_recently_used_go_first_and_no_more_than_needed() {
    assertThat(Eviction.leastRecentlyUsed(IDLE, 1)).containsExactly("oldest");
    assertThat(Eviction.leastRecentlyUsed(IDLE, 10)).containsExactly("oldest");
    assertThat(Eviction.leastRecentlyUsed(IDLE, 11)).containsExactly("oldest", "middle");
    assertThat(Eviction.leastRecentlyUsed(IDLE, 35)).containsExactly("oldest", "middle", "new");
  }

  @Test
  void none_goes_if_all_of_them_would_not_be_enough() {
    assertThat(Eviction.leastRecentlyUsed(IDLE, 36)).isEmpty();
    assertThat(Eviction.leastRecentlyUsed(List.<Candidate<String>>of(), 1)).isEmpty();
  }

  @Test
  void none_goes_if_nothing_is_missing() {
    assertThat(Eviction.leastRecentlyUsed(IDLE, 0)).isEmpty();
  }
}
