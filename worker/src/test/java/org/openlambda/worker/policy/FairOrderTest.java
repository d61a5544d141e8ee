package org.openlambda.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FairOrderTest {
  private static List<String> order(FairOrder<String> fair) {
    var seen = new ArrayList<String>();
    fair.any(f -> {
      seen.add(f);
      return false;
    });
    return seen;
  }

  @Test
  void who_uses_little_comes_soon() {
    var fair = new FairOrder<String>();
    fair.join("heavy", 0);
    fair.join("light", 0);
    assertThat(order(fair)).containsExactly("heavy", "light");
    fair.serve("heavy", 10);
    assertThat(order(fair)).containsExactly("light", "heavy");
    for (int i = 0; i < 9; i++) {
      fair.serve("light", 1);
      assertThat(order(fair)).containsExactly("light", "heavy");
    }
    fair.serve("light", 1.5);
    assertThat(order(fair)).containsExactly("heavy", "light");
  }

  @Test
  void nobody_saves_up_by_staying_away() {
    var fair = new FairOrder<String>();
    fair.join("busy", 0);
    for (int i = 0; i < 100; i++) {
      fair.serve("busy", 1);
    }
    fair.join("late", 0);
    fair.serve("late", 1);
    fair.serve("busy", 1);
    assertThat(order(fair)).containsExactly("late", "busy");
    fair.leave("busy");
    assertThat(order(fair)).containsExactly("late");
    fair.leave("late");
    assertThat(fair.isEmpty()).isTrue();
    assertThatThrownBy(() -> fair.serve("late", 1)).hasMessageContaining("does not wait");
  }

  @Test
  void what_functions_that_always_wait_get_differs_by_two_calls_at_the_most() {
    for (long seed = 1; seed <= 30; seed++) {
      var random = new SplittableRandom(seed);
      var fair = new FairOrder<Integer>();
      int functions = 2 + random.nextInt(10);
      double[] cost = random.doubles(functions, 0.1, 5).toArray();
      double[] got = new double[functions];
      for (int f = 0; f < functions; f++) {
        fair.join(f, 0);
      }
      for (int i = 0; i < 2_000; i++) {
        var first = new ArrayList<Integer>();
        fair.any(first::add);
        int f = first.getFirst();
        fair.serve(f, cost[f]);
        got[f] += cost[f];
        for (int a = 0; a < functions; a++) {
          for (int b = 0; b < functions; b++) { // the bound of Goyal et al., theorem 1
            assertThat(got[a] - got[b])
                .as("seed %d", seed)
                .isLessThanOrEqualTo(cost[a] + cost[b] + 1e-6);
          }
        }
      }
    }
  }
}
