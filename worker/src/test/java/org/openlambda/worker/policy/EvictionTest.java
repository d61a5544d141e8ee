package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.openlambda.worker.policy.Eviction.GreedyDual;
import org.openlambda.worker.policy.Eviction.LeastRecentlyUsed;
import org.openlambda.worker.policy.Eviction.Use;

class EvictionTest {
  private static final long MEBI = 1 << 20;
  private static final int FUNCTIONS = 200;

  @Test
  void least_recently_used_sees_only_the_clock() {
    var lru = new LeastRecentlyUsed();
    assertThat(lru.worth(7, new Use(1, 1_000, 10, MEBI)))
        .isLessThan(lru.worth(7, new Use(2, 1, 0.001, 100 * MEBI)));
  }

  @Test
  void greedy_dual_keeps_what_is_called_often_dear_and_small() {
    var greedy = new GreedyDual();
    double usual = greedy.worth(0, new Use(1, 10, 0.1, 10 * MEBI));
    assertThat(greedy.worth(0, new Use(1, 20, 0.1, 10 * MEBI))).isGreaterThan(usual);
    assertThat(greedy.worth(0, new Use(1, 10, 0.2, 10 * MEBI))).isGreaterThan(usual);
    assertThat(greedy.worth(0, new Use(1, 10, 0.1, 20 * MEBI))).isLessThan(usual);
    assertThat(greedy.worth(5, new Use(1, 10, 0.1, 10 * MEBI))).isEqualTo(5 + usual);
  }

  /// A random mix of cheap and dear functions over a memory that holds a part of them.
  private static double secondsSpentOnColdStarts(Eviction policy, long seed) {
    var random = new SplittableRandom(seed);
    double[] worth = new double[FUNCTIONS];
    int[] calls = new int[FUNCTIONS]; // 0: it has no instance
    var order = new EvictionOrder<Integer>(f -> worth[f]);
    double clock = 0;
    double spent = 0;
    int there = 0;
    for (int i = 0; i < 50_000; i++) {
      int function = (int) (FUNCTIONS * Math.pow(random.nextDouble(), 2));
      double cold = function % 4 == 0 ? 1.0 : 0.002;
      if (calls[function] == 0) {
        spent += cold;
        if (++there > 60) {
          int gone = order.poll().orElseThrow();
          clock = Math.max(clock, worth[gone]);
          calls[gone] = 0;
          there--;
        }
        order.add(function);
      }
      calls[function]++;
      worth[function] = policy.worth(clock, new Use(i, calls[function], cold, 8 * MEBI));
    }
    return spent;
  }

  @Test
  void where_cold_starts_differ_greedy_dual_spends_less_on_them() {
    for (long seed = 1; seed <= 5; seed++) {
      double lru = secondsSpentOnColdStarts(new LeastRecentlyUsed(), seed);
      double greedy = secondsSpentOnColdStarts(new GreedyDual(), seed);
      assertThat(greedy).as("seed %d, lru %s", seed, lru).isLessThan(0.7 * lru);
    }
  }

  @Test
  void the_clock_lets_go_what_was_worth_much_once() {
    var greedy = new GreedyDual();
    double old = greedy.worth(0, new Use(0, 100, 0.01, MEBI));
    double clock = 0;
    int rounds = 0;
    while (greedy.worth(clock, new Use(0, 1, 0.01, MEBI)) <= old) {
      clock = greedy.worth(clock, new Use(0, 1, 0.01, MEBI)); // of one that was evicted
      rounds++;
    }
    assertThat(rounds).isBetween(90, 110);
  }

  @Test
  void the_order_is_by_the_worth_of_now() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      double[] worth = new double[50];
      var order = new EvictionOrder<Integer>(i -> worth[i]);
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < worth.length; i++) {
        worth[i] = random.nextDouble();
        order.add(i);
        all.add(i);
      }
      while (!all.isEmpty()) {
        worth[all.get(random.nextInt(all.size()))] += random.nextDouble();
        int least = order.poll().orElseThrow();
        assertThat(all).as("seed %d", seed).allMatch(i -> worth[i] >= worth[least]);
        all.remove(Integer.valueOf(least));
      }
      assertThat(order.poll()).isEmpty();
    }
  }

  @Test
  void what_is_gone_is_taken_out() {
    var things = new ArrayDeque<>(List.of(1, 2, 3));
    var order = new EvictionOrder<Integer>(i -> i);
    things.forEach(order::add);
    order.retain(i -> i != 1);
    assertThat(order.size()).isEqualTo(2);
    assertThat(order.poll()).contains(2);
  }

  @Test
  void words_become_policies() {
    assertThat(Eviction.of("lru")).isEqualTo(new LeastRecentlyUsed());
    assertThat(Eviction.of("greedy-dual")).isEqualTo(new GreedyDual());
    assertThatThrownBy(() -> Eviction.of("fifo"))
        .hasMessage("eviction is lru or greedy-dual, not fifo");
  }
}
