package org.openlambda.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.openlambda.core.units.Bytes;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(new Bytes(100));

  @Test
  void what_is_charged_is_missing_for_others() {
    assertThat(budget.missing(100)).isZero();
    budget.charge(60);
    assertThat(budget.missing(40)).isZero();
    assertThat(budget.missing(41)).isEqualTo(1);
    assertThat(budget.charged()).isEqualTo(new Bytes(60));
    budget.refund(60);
    assertThat(budget.missing(100)).isZero();
    assertThat(budget.total()).isEqualTo(new Bytes(100));
  }

  @Test
  void what_is_larger_than_all_could_never_be_held() {
    assertThat(budget.couldHold(new Bytes(100))).isTrue();
    assertThat(budget.couldHold(new Bytes(101))).isFalse();
  }

  @Test
  void giving_back_more_than_was_lent_is_a_bug() {
    budget.charge(5);
    assertThatThrownBy(() -> budget.refund(6)).isInstanceOf(IllegalStateException.class);
  }
}
