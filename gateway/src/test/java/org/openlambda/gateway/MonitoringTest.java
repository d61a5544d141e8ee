package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Outcome;

final class MonitoringTest {
  /// A line of the format: a comment, or a name with labels and a number.
  private static final Pattern LINE =
      Pattern.compile(
          "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.eE+-]+");

  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private String metrics() throws Exception {
    return stage.get("/metrics").body();
  }

  @Test
  void calls_are_counted_by_function_version_and_account() throws Exception {
    stage.with("lost", _ -> new Outcome.Lost("the test"));
    stage.with("full", _ -> new Outcome.Rejected(Outcome.Reason.QUEUE_FULL, Duration.ofSeconds(1)));
    for (int i = 0; i < 3; i++) {
      stage.get("/run/echo");
    }
    stage.get("/run/lost");
    stage.get("/run/full");
    String labels = "{function=\"%s\",version=\"$LATEST\",account=\"123456789012\"} ";
    assertThat(metrics().lines())
        .contains(
            "# TYPE faas_invocations_total counter",
            "faas_invocations_total" + labels.formatted("echo") + "3",
            "faas_invocations_total" + labels.formatted("lost") + "0",
            "faas_lost_total" + labels.formatted("lost") + "1",
            "faas_throttles_total" + labels.formatted("full") + "1",
            "faas_errors_total" + labels.formatted("echo") + "0",
            "# TYPE faas_invoke_duration_seconds histogram",
            "faas_invoke_duration_seconds_count" + labels.formatted("echo") + "3",
            "# TYPE faas_instances gauge",
            "faas_instances{state=\"idle\"} 2",
            "faas_instances{state=\"running\"} 1",
            "faas_queued_calls 0.5");
  }

  @Test
  void every_line_has_the_form_and_every_figure_is_explained_once() throws Exception {
    stage.get("/run/echo");
    List<String> lines = metrics().lines().toList();
    assertThat(lines).allMatch(line -> LINE.matcher(line).matches());
    var explained = new ArrayList<String>();
    for (String line : lines) {
      if (line.startsWith("# TYPE ")) {
        explained.add(line.split(" ")[2]);
      } else if (!line.startsWith("#")) {
        assertThat(line).startsWith(explained.getLast());
      }
    }
    assertThat(explained).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void beyond_a_thousand_versions_the_rest_is_counted_together() throws Exception {
    for (int i = 0; i < 1_010; i++) {
      stage.with("f" + i, FakeInvoker::echo);
      stage.get("/run/f" + i);
    }
    String metrics = metrics();
    assertThat(metrics.lines().filter(line -> line.startsWith("faas_invocations_total{")))
        .hasSize(1_001);
    assertThat(metrics)
        .contains(
            "faas_invocations_total{function=\"other\",version=\"other\",account=\"other\"} 10");
  }

  @Test
  void health_and_readiness_tell_whether_calls_are_served() throws Exception {
    assertThat(stage.get("/healthz").body()).isEqualTo("ok\n");
    var ready = stage.get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .contains("\"ready\":true,\"parts\"")
        .contains("\"database\":{")
        .contains("it is away");
    stage.worker.ready = false;
    var away = stage.get("/readyz");
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.body()).contains("\"ready\":false,\"parts\"");
    assertThat(stage.get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void only_reading_is_allowed() throws Exception {
    for (String path : List.of("/metrics", "/healthz", "/readyz")) {
      var answer = stage.send(stage.request(path).POST(BodyPublishers.noBody()));
      assertThat(answer.statusCode()).as(path).isEqualTo(405);
    }
  }
}
