package org.openlambda.control.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.units.Bytes;
import tools.jackson.databind.node.ObjectNode;

class OwnConfigurationTest {
  private static final FunctionConfig UNEVEN =
      new FunctionConfig(
          new Entry.OpenLambda(),
          Map.of("A", "b"),
          List.of("GET", "POST"),
          new Limits(
              Bytes.kibi(20_001), Duration.ofMillis(1), 7, 0.25, Bytes.kibi(64), Network.OUTBOUND),
          false);

  private static ObjectNode kept(FunctionConfig config) {
    return OwnConfiguration.of(config, Account.FIRST, new FunctionName("f"), "python3.11");
  }

  @Test
  void what_an_ol_yaml_says_comes_back_exactly() {
    for (FunctionConfig config : List.of(UNEVEN, FunctionConfig.DEFAULT)) {
      assertThat(OwnConfiguration.read(kept(config), config.environment())).isEqualTo(config);
    }
  }

  @Test
  void the_api_is_shown_no_less_than_there_is() {
    ObjectNode kept = kept(UNEVEN);
    assertThat(kept.get("MemorySize").intValue()).isEqualTo(20);
    assertThat(kept.get("Timeout").intValue()).isEqualTo(1);
    assertThat(kept.get("EphemeralStorage").get("Size").intValue()).isEqualTo(1);
  }

  @Test
  void a_file_removes_the_variables_that_it_has_given_and_no_others() {
    Map<String, String> now = Map.of("A", "b", "SECRET", "s");
    assertThat(OwnConfiguration.merged(kept(UNEVEN), now, Map.of("B", "c")))
        .isEqualTo(Map.of("B", "c", "SECRET", "s"));
    ObjectNode old = kept(UNEVEN);
    ((ObjectNode) old.get(OwnConfiguration.MEMBER)).remove("Variables");
    assertThat(OwnConfiguration.merged(old, now, Map.of("B", "c"))).isEqualTo(Map.of("B", "c"));
  }

  @Test
  void what_the_api_sets_counts_from_then_on() {
    ObjectNode kept = kept(UNEVEN);
    kept.put("MemorySize", 256).put("Timeout", 5);
    Limits limits = OwnConfiguration.read(kept, Map.of()).limits();
    assertThat(limits.memory()).isEqualTo(Bytes.mebi(256));
    assertThat(limits.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(limits.tmp()).as("not set").isEqualTo(Bytes.kibi(64));
  }
}
