package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// From the start of a process to its first answer.
final class LoadingTest extends ConformanceTest {
  LoadingTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  @Test
  void R3_the_first_frame_is_READY_before_anything_was_asked() throws Exception {
    assertThat(start("echo").step())
        .isInstanceOfSatisfying(
            RuntimeFrame.Ready.class,
            ready -> {
              assertThat(ready.protocol()).isEqualTo(1);
              assertThat(ready.runtime()).isNotEmpty();
            });
  }

  @Test
  void R3_as_many_requests_as_READY_says_are_served_at_once() throws Exception {
    var runtime = start("bytes");
    var ready = (RuntimeFrame.Ready) runtime.step();
    runtime.specialise();
    List<Call> calls = new ArrayList<>();
    for (int open = 0; open < Math.min(ready.streams(), 16); open++) {
      calls.add(runtime.begin());
    }
    for (Call call : calls.reversed()) {
      call.send("a", false).awaitBody(1);
    }
    for (Call call : calls) {
      assertThat(call.send("b", true).finish().text()).isEqualTo("ab");
    }
  }

  @Test
  void R4_LOADED_comes_once_with_the_time_that_loading_took() throws Exception {
    var runtime = specialised("echo");
    assertThat(runtime.step()).isInstanceOf(RuntimeFrame.Ready.class);
    Call first = runtime.open("1");
    assertThat(runtime.step())
        .isInstanceOfSatisfying(
            RuntimeFrame.Loaded.class,
            loaded -> assertThat(loaded.nanos()).isBetween(1L, 20_000_000_000L));
    assertThat(first.finish().text()).isEqualTo("1");
    assertThat(runtime.call("2").text()).isEqualTo("2");
  }

  @Test
  void R10_the_environment_is_laid_over_the_runtimes_own_before_user_code_runs() throws Exception {
    var runtime = start("environment");
    runtime.specialise(Map.of("environment", Map.of("KEY", "värde \uD83D\uDE00", "BOTH", "yours")));
    JsonNode seen = runtime.call("").json();
    assertThat(seen.path("KEY").asString()).isEqualTo("värde \uD83D\uDE00");
    assertThat(seen.path("BOTH").asString()).isEqualTo("yours");
    assertThat(seen.path("OWN").asString()).isEqualTo("runtime");
    assertThat(seen.has("OL_LINK_FD")).as("a handler sees OL_LINK_FD").isFalse();
  }

  @Test
  void R11_the_handler_is_loaded_once_when_the_first_request_is_there() throws Exception {
    var runtime = specialised("count");
    assertThat(runtime.step()).isInstanceOf(RuntimeFrame.Ready.class);
    assertThat(runtime.logSoFar()).isEmpty();
    for (int call = 1; call <= 3; call++) {
      assertThat(runtime.call("").text()).isEqualTo(Integer.toString(call));
    }
    assertThat(runtime.logSoFar()).isEqualTo("loaded\n");
  }

  @Test
  void R11_a_failure_to_load_is_the_first_requests_FAILED_of_phase_load() throws Exception {
    var runtime = specialised("broken");
    Call call = runtime.call("");
    assertThat(call.failure().phase()).isEqualTo("load");
    assertThat(call.failure().type()).isNotEmpty();
    assertThat(call.failure().message()).contains("broken on purpose");
    assertThat(call.failure().trace()).contains("broken on purpose");
    assertThat(call.begun()).isFalse();
    assertThat(runtime.logSoFar()).isEqualTo("tried");
  }

  @Test
  void R11_a_bundle_without_a_handler_or_no_bundle_at_all_is_a_failure_to_load() throws Exception {
    for (String bundle : List.of("empty", "no_such_bundle")) {
      Call call = specialised(bundle).call("");
      assertThat(call.failure().phase()).isEqualTo("load");
      assertThat(call.failure().message()).isNotEmpty();
    }
  }

  @Test
  void R11_a_handler_that_is_not_there_is_a_failure_to_load() throws Exception {
    for (String handler : List.of("f.nothing", "nothing.f", "..", "")) {
      var runtime = start("echo");
      runtime.specialise(Map.of("entry", Map.of("kind", "handler", "handler", handler)));
      assertThat(runtime.call("").failure().phase()).as(handler).isEqualTo("load");
    }
  }

  @Test
  void load_only_answers_null_without_calling_the_handler() throws Exception {
    var runtime = start("fail").specialise(Map.of("load_only", true));
    assertThat(runtime.call(Map.of("message", "called")).text()).isEqualTo("null");
  }

  @Test
  void load_only_says_what_keeps_the_handler_from_loading() throws Exception {
    var runtime = start("broken").specialise(Map.of("load_only", true));
    assertThat(runtime.call("").failure().message()).contains("broken on purpose");
  }

  @Test
  void members_that_a_newer_worker_adds_are_no_concern() throws Exception {
    var runtime = start("echo").specialise(Map.of("novelty", List.of(1, Map.of())));
    assertThat(runtime.call("1").text()).isEqualTo("1");
  }
}
