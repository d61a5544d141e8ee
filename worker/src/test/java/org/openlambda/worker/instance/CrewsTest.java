package org.openlambda.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;

class CrewsTest {
  private final Crews crews = new Crews();

  private static Version version(String name) {
    return Version.latest(new FunctionName(name), code("0"), FunctionConfig.DEFAULT);
  }

  private static Code code(String digit) {
    return new Code(Path.of("/nowhere"), new Digest(digit.repeat(64)));
  }

  /// Of the function `f`.
  private static Version version(String number, Code code, String life) {
    var f = new FunctionId(Account.FIRST, new FunctionName("f"));
    return new Version(f, number, code, FunctionConfig.DEFAULT, life);
  }

  @Test
  void what_is_published_is_called_beside_what_is_newer_and_shortens_nobodys_life() {
    Crew latest = crews.of(version(Version.LATEST, code("1"), "a"));
    Crew published = crews.of(version("1", code("0"), "a"));
    latest.called();
    published.called();
    assertThat(latest.isSuperseded()).isFalse();
    assertThat(published.isSuperseded()).isFalse();
    Crew edited = crews.of(version(Version.LATEST, code("2"), "a"));
    edited.called();
    assertThat(latest.isSuperseded()).isTrue();
    assertThat(edited.isSuperseded()).isFalse();
    assertThat(published.isSuperseded()).isFalse();
  }

  @Test
  void calls_are_counted_since_a_function_last_had_no_instance_of_any_version() {
    Crew latest = crews.of(version(Version.LATEST, code("1"), "a"));
    Crew published = crews.of(version("1", code("0"), "a"));
    latest.called();
    published.called();
    crews.dissolve(latest);
    assertThat(published.history.calls).isEqualTo(2);
    crews.dissolve(published);
    assertThat(published.history.calls).isZero();
  }

  @Test
  void a_function_that_is_made_again_has_no_instance_of_the_one_before() {
    Crew before = crews.of(version("1", code("0"), "a"));
    assertThat(crews.of(version("1", code("0"), "a"))).isSameAs(before);
    assertThat(crews.of(version("1", code("0"), "b"))).isNotSameAs(before);
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
