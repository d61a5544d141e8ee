package org.openlambda.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Row;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;

final class RunTest {
  private static final Goal FIRST = Goal.atMost(1, "ms", "first");
  private static final Goal SECOND = Goal.atMost(1, "ms", "second");

  /// A scenario of two goals that does what a test says.
  private record Sample(Measuring measuring) implements Scenario {
    interface Measuring {
      void measure(Run run) throws IOException, InterruptedException;
    }

    @Override
    public String name() {
      return "sample";
    }

    @Override
    public String what() {
      return "a sample";
    }

    @Override
    public List<Goal> goals() {
      return List.of(FIRST, SECOND);
    }

    @Override
    public int seconds() {
      return 1;
    }

    @Override
    public void measure(Run run) throws IOException, InterruptedException {
      measuring.measure(run);
    }
  }

  private static Result run(Sample.Measuring measuring) throws Exception {
    var progress = new Progress(new PrintWriter(Writer.nullWriter()), false);
    Budget budget = Budget.alone(Duration.ofSeconds(1));
    return Run.of(new Sample(measuring), List.of("ol"), budget, progress);
  }

  private static Load load(long nanos) {
    var recorder = new Recorder(0, 1_000_000_000);
    recorder.answered(0, nanos, 200, true);
    return recorder.toLoad(false);
  }

  @Test
  void rounds_of_all_sides_take_turns_after_a_warm_up_that_does_not_count() throws Exception {
    var order = new ArrayList<String>();
    var a = new Side("a", true, Map::of, length -> note(order, "a", length));
    var b = new Side("b", false, Map::of, length -> note(order, "b", length));
    run(run -> {
      List<Rounds> both = run.alternate(3, Duration.ofMillis(20), a, b);
      assertThat(both.getFirst().loads()).hasSize(3);
      assertThat(both.getLast().loads()).hasSize(3);
    });
    assertThat(order)
        .containsExactly("a 10", "b 10", "a 20", "b 20", "a 20", "b 20", "a 20", "b 20");
  }

  private static Load note(List<String> order, String who, Duration length) {
    order.add(who + " " + length.toMillis());
    return load(1_000_000);
  }

  @Test
  void processor_time_of_a_round_is_what_was_spent_in_it() throws Exception {
    var spent = new long[] {5_000};
    var side =
        new Side(
            "a",
            true,
            () -> Map.of("server", spent[0]),
            _ -> {
              spent[0] += 70;
              return load(1_000_000);
            });
    Result result = run(run -> run.alternate(2, Duration.ofMillis(2), side));
    assertThat(result.figures().getFirst().cpuMicros())
        .containsEntry("server", new Spread(70, 70, 70))
        .containsKey("client");
  }

  @Test
  void a_run_that_fails_keeps_what_it_found_and_says_why_the_rest_is_missing() throws Exception {
    Result result =
        run(run -> {
          run.found(FIRST, Spread.once(0.5), "");
          throw new IOException("the disk is full");
        });
    assertThat(result.rows()).extracting(Row::goal).containsExactly(FIRST, SECOND);
    assertThat(result.rows().getFirst().verdict()).isEqualTo(Row.Verdict.MET);
    assertThat(result.rows().getLast().verdict()).isEqualTo(Row.Verdict.NOT_HERE);
    assertThat(result.rows().getLast().note()).contains("the disk is full");
  }

  @Test
  void a_goal_that_a_scenario_forgets_is_a_row_all_the_same() throws Exception {
    Result result = run(run -> run.found(SECOND, Spread.once(2), ""));
    assertThat(result.rows()).extracting(Row::goal).containsExactlyInAnyOrder(FIRST, SECOND);
  }
}
