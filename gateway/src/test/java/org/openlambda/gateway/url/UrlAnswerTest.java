package org.openlambda.gateway.url;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openlambda.gateway.aws.FunctionAnswer;

final class UrlAnswerTest {
  private static UrlAnswer answer(String headers) {
    String json = "{\"statusCode\": 200, \"headers\": {" + headers + "}, \"body\": \"b\"}";
    return UrlAnswer.of(
        new FunctionAnswer(json.getBytes(StandardCharsets.UTF_8), Optional.empty()));
  }

  private static String fields(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"x-%d\": \"1\""::formatted)
        .collect(Collectors.joining(","));
  }

  @Test
  void an_answer_has_256_fields_of_64_ki_characters_at_most() {
    assertThat(answer(fields(255)).headers()).as("and its type").hasSize(256);
    assertThat(answer(fields(256)).status()).isEqualTo(502);
    String type = "\"content-type\": \"a/b\",";
    int rest = 64 * 1024 - "content-type".length() - "a/b".length() - 1;
    assertThat(answer(type + "\"x\": \"" + "y".repeat(rest) + "\"").status()).isEqualTo(200);
    assertThat(answer(type + "\"x\": \"" + "y".repeat(rest + 1) + "\"").status()).isEqualTo(502);
  }
}
