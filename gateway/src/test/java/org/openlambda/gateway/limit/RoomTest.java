package org.openlambda.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openlambda.gateway.limit.Room.Bounds;
import org.openlambda.gateway.limit.Room.Place;
import org.openlambda.gateway.limit.Room.Share;

final class RoomTest {
  private static Room room(Duration patience) {
    return new Room(new Share(new Bounds(10, 3), new Bounds(6, 2), patience));
  }

  private final Room hasty = room(Duration.ofMillis(20));
  private final Room patient = room(Duration.ofSeconds(30));

  @Test
  void a_key_has_its_share_and_others_have_theirs() {
    assertThat(hasty.enter("a", 6)).isPresent();
    assertThat(hasty.enter("a", 1)).isEmpty();
    assertThat(hasty.enter("b", 4)).isPresent();
    assertThat(hasty.enter("c", 1)).as("all of it is taken").isEmpty();
  }

  @Test
  void whoever_waits_enters_when_another_leaves() throws Exception {
    Place place = patient.enter("a", 6).orElseThrow();
    var waiting = CompletableFuture.supplyAsync(() -> patient.enter("a", 6));
    assertThat(waiting).isNotDone();
    place.close();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void when_too_many_wait_the_next_one_is_turned_away_at_once() throws Exception {
    Place place = patient.enter("a", 6).orElseThrow();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ExecutorCompletionService<Boolean>(threads);
      for (int i = 0; i < 3; i++) {
        results.submit(() -> entersAndLeaves("a"));
      }
      assertThat(results.take().get()).as("two wait for long, the third does not").isFalse();
      place.close();
      assertThat(results.take().get()).isTrue();
      assertThat(results.take().get()).isTrue();
    }
  }

  private boolean entersAndLeaves(String key) {
    Optional<Place> place = patient.enter(key, 6);
    place.ifPresent(Place::close);
    return place.isPresent();
  }

  @Test
  void what_was_left_is_all_there_again() {
    Room room = room(Duration.ZERO);
    for (int i = 0; i < 1_000; i++) {
      try (Place _ = room.enter("a", 6).orElseThrow();
          Place _ = room.enter("b", 4).orElseThrow()) {
        assertThat(room.enter("c", 1)).isEmpty();
      }
    }
  }
}
