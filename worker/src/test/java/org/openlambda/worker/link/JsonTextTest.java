package org.openlambda.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "\"quoted\"",
        "back\\slash",
        "line\nbreak\ttab\r",
        "\u0000\u0001\u001f",
        "é ü ÿ",
        "日本",
        "😀",
        "\u2028\u2029</script>"
      })
  void a_reader_gets_back_what_was_written(String text) {
    byte[] json = new JsonText(8).text(text).bytes();
    assertThat(MAPPER.readValue(json, String.class)).isEqualTo(text);
  }

  @Test
  void commas_stand_between_values_only() {
    var json = new JsonText(8);
    json.open('{').name("a").open('[').open('[').text("x").text("y").close(']').open('[');
    json.close(']').close(']').name("b").number(-1).name("c").text("z").close('}');
    assertThat(new String(json.bytes(), StandardCharsets.US_ASCII))
        .isEqualTo("{\"a\":[[\"x\",\"y\"],[]],\"b\":-1,\"c\":\"z\"}");
  }
}
