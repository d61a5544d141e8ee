package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ol bench` from its command to its report, in a run too short for figures that mean anything.
@Tag("root")
final class BenchTest {
  @Test
  void a_short_run_measures_both_sides_and_reports_every_goal(@TempDir Path folder)
      throws Exception {
    Machine.requireSandboxes();
    Path report = folder.resolve("report");
    Server.Ended ended =
        Server.run("bench", "pause", "--seconds", "2", "--report", report.toString());
    assertThat(ended.status()).as(ended.output()).isZero();
    JsonNode figures =
        JsonMapper.shared().readTree(Files.readString(report.resolve("figures.json")));
    assertThat(figures.path("machine").path("kernel").asString()).isNotEmpty();
    JsonNode scenario = figures.path("scenarios").path(0);
    assertThat(scenario.path("rows").size()).isEqualTo(4);
    for (JsonNode row : scenario.path("rows")) {
      assertThat(row.path("verdict").asString()).as(row.toString()).isNotEqualTo("not measured");
    }
    assertThat(scenario.path("figures").size()).isEqualTo(2);
    for (JsonNode side : scenario.path("figures")) {
      assertThat(side.path("requests").asLong()).isPositive();
      assertThat(side.path("errors").asLong()).isZero();
    }
    assertThat(Files.readString(report.resolve("index.html"))).contains("</html>").contains("<svg");
  }

  /// Signed and open, few and many: the same measurements as those of a long run.
  @Test
  @Tag("slow")
  void short_runs_of_servers_for_accounts_have_answers_of_all_sides(@TempDir Path folder)
      throws Exception {
    Machine.requireSandboxes();
    Path json = folder.resolve("figures.json");
    Server.Ended ended =
        Server.run("bench", "up-warm", "up-many", "--seconds", "3", "--json", json.toString());
    assertThat(ended.status()).as(ended.output()).isZero();
    JsonNode scenarios = JsonMapper.shared().readTree(Files.readString(json)).path("scenarios");
    assertThat(scenarios.path(0).path("rows").size()).isEqualTo(4);
    for (JsonNode row : scenarios.path(0).path("rows")) {
      assertThat(row.path("verdict").asString()).as(row.toString()).isNotEqualTo("not measured");
    }
    assertThat(scenarios.path(0).path("figures").size()).isEqualTo(6);
    assertThat(scenarios.path(1).path("figures").size()).isEqualTo(4);
    for (JsonNode scenario : scenarios) {
      for (JsonNode side : scenario.path("figures")) {
        assertThat(side.path("requests").asLong()).as(side.toString()).isPositive();
        assertThat(side.path("errors").asLong()).as(side.toString()).isZero();
      }
    }
  }

  @Test
  void an_unknown_scenario_is_told_apart_from_those_there_are() throws Exception {
    Server.Ended ended = Server.run("bench", "wram");
    assertThat(ended.status()).isNotZero();
    assertThat(ended.output()).contains("wram").contains("warm, ").doesNotContain("Exception");
  }
}
