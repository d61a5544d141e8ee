package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import tools.jackson.databind.JsonNode;

/// No two sandboxes of a zygote draw the same random value, although the zygote itself has drawn
/// from each source before: generators are copied by a fork.
@Tag("root")
@Tag("slow")
final class UniquenessTest {
  private static final int SANDBOXES = 2_000;
  private static final String DRAWN_BEFORE = "import draws; draws.draw({})";
  private static final Map<String, String> DRAW = Map.of("attack", "draws.draw");

  @BeforeAll
  static void needs() {
    Machine.requireSandboxes();
  }

  private static JsonNode draws(Path build, String layer, int sandboxes)
      throws IOException, InterruptedException {
    var order = new ThrowAway.Order(layer, DRAWN_BEFORE, Collections.nCopies(sandboxes, DRAW));
    return ThrowAway.follow(build, List.of(order)).getFirst();
  }

  /// How many different values were drawn from each source.
  private static Map<String, Integer> different(JsonNode draws) {
    var seen = new HashMap<String, Set<String>>();
    for (JsonNode draw : draws) {
      draw.forEachEntry((source, value) ->
          seen.computeIfAbsent(source, s -> new HashSet<>()).add(value.asString()));
    }
    var counts = new HashMap<String, Integer>();
    seen.forEach((source, values) -> counts.put(source, values.size()));
    return counts;
  }

  @Test
  void two_thousand_sandboxes_of_one_zygote_draw_nothing_twice() throws Exception {
    Path shipped = Path.of(System.getProperty("openlambda.home"), "libexec");
    Map<String, Integer> different = different(draws(shipped, "", SANDBOXES));
    System.out.printf("%ndifferent values of %d draws: %s%n", SANDBOXES, different);
    assertThat(different)
        .containsKeys("random", "secrets", "uuid1", "uuid4", "ssl", "urandom", "tempfile")
        .allSatisfy((source, count) -> assertThat(count).as(source).isEqualTo(SANDBOXES));
  }

  @Test
  void without_set_tid_they_would(@TempDir Path folder) throws Exception {
    JsonNode draws = draws(ThrowAway.controlBuild(folder), "set-tid", 5);
    assertThat(different(draws)).containsEntry("ssl", 1);
  }
}
