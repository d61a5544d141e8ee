package org.openlambda.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;

class CrewsTest {
  private final Crews crews = new Crews();

  private static Version version(String name) {
    var code = new Code(Path.of("/nowhere"), new Digest("0".repeat(64)));
    return Version.latest(new FunctionName(name), code, FunctionConfig.DEFAULT);
  }

  @Test
  void equal_versions_have_one_crew() {
    Crew crew = crews.of(version("a"));
    Version other = version("a");
    assertThat(crews.of(other)).isSameAs(crew);
    assertThat(crews.of(other)).isSameAs(crew);
    assertThat(crews.of(version("b"))).isNotSameAs(crew);
    assertThat(crews.all()).hasSize(2);
  }

  @Test
  void a_crew_that_is_dissolved_is_remembered_by_its_name() {
    Crew crew = crews.of(version("a"));
    crew.history.profile.finished(1_000, 500);
    crews.of(version("b"));
    crews.dissolve(crew);
    crews.dissolve(crew);
    assertThat(crews.all()).hasSize(1);
    Crew again = crews.of(version("a"));
    assertThat(again).isNotSameAs(crew);
    assertThat(again.history.profile.serviceNanos()).isEqualTo(1_000);
  }

  @Test
  void a_crew_with_a_running_call_is_not_dissolved() {
    Crew crew = crews.of(version("a"));
    crew.running = 1;
    crews.dissolve(crew);
    assertThat(crews.all()).containsExactly(crew);
  }

  @Test
  void no_more_functions_are_remembered_than_the_most() {
    History first = crews.of(version("f0")).history;
    crews.dissolve(crews.of(version("f0")));
    assertThat(crews.of(version("f0")).history).isSameAs(first);
    crews.dissolve(crews.of(version("f0")));
    for (int i = 1; i <= Crews.MOST_HISTORIES; i++) {
      crews.dissolve(crews.of(version("f" + i)));
    }
    assertThat(crews.of(version("f0")).history).isNotSameAs(first);
  }
}
