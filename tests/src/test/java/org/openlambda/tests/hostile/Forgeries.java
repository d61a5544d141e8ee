package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.units.Bytes;

/// Handlers that speak on the wire in the runtime's place. The worker ends the sandbox, says why,
/// and serves the next call.
final class Forgeries {
  private static final String WIRE = "wire protocol";
  private static final String DEADLINE = "deadline";

  private Forgeries() {}

  /// @param stage asked for the names of the forgeries there are
  static List<Attack> attacks(Stage stage) throws IOException {
    var attacks = new ArrayList<Attack>();
    stage
        .answer(Stage.attacker(), Map.of("attack", "wire.names"))
        .forEach(name -> attacks.add(forgery(name.asString())));
    attacks.add(breach("wire.answer_ahead", Map.of("attack", "wire.answer_ahead")));
    attacks.add(breach("wire.close", Map.of("attack", "wire.close")));
    attacks.add(ended("wire.half_a_frame_and_gone"));
    attacks.add(late("wire.half_a_frame"));
    attacks.add(late("wire.endless_body"));
    attacks.add(late("wire.endless_empty_bodies"));
    attacks.add(late("wire.endless_credit"));
    return attacks;
  }

  private static Attack forgery(String name) {
    return breach("wire: " + name, Map.of("attack", "wire.forge", "forgery", name));
  }

  private static Attack breach(String name, Map<String, ?> event) {
    return new Attack(
        name,
        WIRE,
        stage -> {
          Outcome outcome = stage.call(Stage.attacker(), event);
          assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
          Exit how = ((Outcome.Crashed) outcome).how();
          assertThat(how).isInstanceOf(Exit.Breach.class);
          stage.assertServes();
          return how.text().chars().allMatch(c -> c >= ' ' && c < 0x7F) ? how.text() : "breach";
        });
  }

  private static Attack ended(String function) {
    return new Attack(
        function,
        WIRE,
        stage -> {
          Outcome outcome = stage.call(Stage.attacker(), Map.of("attack", function));
          assertThat(outcome).isInstanceOf(Outcome.Crashed.class);
          stage.assertServes();
          return ((Outcome.Crashed) outcome).how().text();
        });
  }

  private static Attack late(String function) {
    return new Attack(
        function,
        DEADLINE + ", bounded buffers",
        stage -> {
          var limits = Stage.limits(Duration.ofSeconds(1), Bytes.mebi(128));
          Version version = Stage.attacker(limits);
          long before = Heap.used();
          Outcome outcome = stage.call(version, Map.of("attack", function));
          assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
          assertThat(Heap.used() - before).as("heap kept").isLessThan(Heap.SMALL);
          stage.assertServes();
          return "timed out after " + limits.timeout().toMillis() + " ms";
        });
  }
}
