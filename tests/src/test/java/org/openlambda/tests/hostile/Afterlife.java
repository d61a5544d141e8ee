package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Patience;

/// What handlers leave behind when they have answered, in sandboxes that are lent again.
final class Afterlife {
  /// Idle time that is measured; an instance is frozen after 100 ms of it.
  private static final Duration IDLE = Duration.ofMillis(800);

  /// When a time bomb goes off: before the instance is frozen.
  private static final double FUSE_SECONDS = 0.03;

  private Afterlife() {}

  static List<Attack> attacks() {
    return List.of(
        new Attack("afterlife.leave_daemon", "freezer", Afterlife::daemon),
        new Attack("afterlife.die_later", "pidfd, undertaker", stage -> bomb(stage, "die_later")),
        new Attack("afterlife.kill_later", "pid namespace", stage -> bomb(stage, "kill_later")),
        new Attack("afterlife.forge_later", "wire protocol", Afterlife::forgery),
        new Attack("afterlife.print_later", "log by sandbox", Afterlife::print),
        new Attack("afterlife.flood_on", "bounded reading of the log", Afterlife::flood),
        new Attack("afterlife.remember", "one sandbox per function", Afterlife::mark));
  }

  private static Map<String, Object> event(String name) {
    return Map.of("attack", "afterlife." + name, "seconds", FUSE_SECONDS);
  }

  private static void idle(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  private static String daemon(Stage stage) throws Exception {
    Version version = Stage.lasting("daemon");
    stage.answer(version, event("leave_daemon"));
    idle(IDLE);
    double gap = stage.answer(version, event("longest_gap")).asDouble();
    assertThat(gap).as("seconds in which the daemon stood still").isGreaterThan(0.4);
    stage.assertUnharmed();
    return "stood still for %.2f of %.2f s".formatted(gap, IDLE.toMillis() / 1000.0);
  }

  /// The instance dies while it is idle: whoever calls next gets another.
  private static String bomb(Stage stage, String name) throws Exception {
    Version version = Stage.lasting(name);
    assertThat(stage.answer(version, event(name)).asString()).isEqualTo("answered");
    idle(Duration.ofMillis(300));
    assertThat(stage.answer(version, event(name)).asString()).isEqualTo("answered");
    idle(Duration.ofMillis(300));
    stage.assertUnharmed();
    return "the next call had another sandbox";
  }

  private static String forgery(Stage stage) throws Exception {
    Version version = Stage.lasting("forger");
    assertThat(stage.answer(version, event("forge_later")).asString()).isEqualTo("answered");
    idle(Duration.ofMillis(80));
    Outcome next = stage.call(version, event("forge_later"));
    if (next instanceof Outcome.Returned) {
      assertThat(Stage.answer(next).asString()).isEqualTo("answered");
    } else {
      assertThat(next).isInstanceOf(Outcome.Crashed.class);
    }
    stage.assertUnharmed();
    return next.getClass().getSimpleName() + ", never the forged answer";
  }

  /// Late words are of the function that said them, whoever is called meanwhile.
  private static String print(Stage stage) throws Exception {
    Version version = Stage.lasting("ventriloquist");
    stage.answer(version, event("print_later"));
    idle(Duration.ofMillis(80));
    stage.assertServes();
    stage.answer(version, event("print_later"));
    var said =
        stage.lastLines().stream().filter(line -> line.text().equals("from beyond")).toList();
    assertThat(said).allMatch(line -> line.function().equals(version.function()));
    return said.size() + " late lines, of the function itself";
  }

  /// Processes that print for ever hold up neither their own answer nor anybody else's log.
  private static String flood(Stage stage) throws Exception {
    long start = System.nanoTime();
    var event = Map.of("attack", "afterlife.flood_on", "processes", 4);
    assertThat(stage.answer(Stage.lasting("flood"), event).asString()).isEqualTo("answered");
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(took).as("time to the answer").isLessThan(Patience.of(Duration.ofSeconds(10)));
    stage.assertUnharmed();
    return "answered after %d ms all the same".formatted(took.toMillis());
  }

  /// A sandbox serves its own function only: nobody finds what another left.
  private static String mark(Stage stage) throws Exception {
    stage.answer(Stage.lasting("one"), event("remember"));
    boolean own = stage.answer(Stage.lasting("one"), event("remember")).asBoolean();
    boolean other = stage.answer(Stage.lasting("other"), event("remember")).asBoolean();
    boolean fresh = stage.answer(Stage.attacker(), event("remember")).asBoolean();
    boolean afresh = stage.answer(Stage.attacker(), event("remember")).asBoolean();
    assertThat(own).as("the same function finds its own").isTrue();
    assertThat(List.of(other, fresh, afresh)).containsOnly(false);
    return "found by the same function only";
  }
}
