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

final class RoomTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Room room = new Room(new Bounds(10, 3), new Bounds(6, 2));

  @Test
  void a_key_has_its_share_and_others_have_theirs() {
    assertThat(room.enter("a", 6, SHORT)).isPresent();
    assertThat(room.enter("a", 1, SHORT)).isEmpty();
    assertThat(room.enter("b", 4, SHORT)).isPresent();
    assertThat(room.enter("c", 1, SHORT)).as("all of it is taken").isEmpty();
  }

  @Test
  void whoever_waits_enters_when_another_leaves() throws Exception {
    Place place = room.enter("a", 6, SHORT).orElseThrow();
    var waiting = CompletableFuture.supplyAsync(() -> room.enter("a", 6, LONG));
    assertThat(room.enter("a", 1, SHORT)).isEmpty();
    place.close();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void when_too_many_wait_the_next_one_is_turned_away_at_once() throws Exception {
    Place place = room.enter("a", 6, SHORT).orElseThrow();
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
    Optional<Place> place = room.enter(key, 6, LONG);
    place.ifPresent(Place::close);
    return place.isPresent();
  }

  @Test
  void what_was_left_is_all_there_again() {
    for (int i = 0; i < 1_000; i++) {
      try (Place _ = room.enter("a", 6, SHORT).orElseThrow();
          Place _ = room.enter("b", 4, SHORT).orElseThrow()) {
        assertThat(room.enter("c", 1, Duration.ZERO)).isEmpty();
      }
    }
  }
}
