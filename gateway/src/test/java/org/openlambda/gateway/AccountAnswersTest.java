package org.openlambda.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.limit.BodyRooms;

/// What function URLs and `Invoke` make of what a function gives.
@Timeout(60)
final class AccountAnswersTest {
  private static final Header WITH_PRELUDE =
      new Header("content-type", "application/vnd.awslambda.http-integration-response");
  private static final String PRELUDE = "{\"statusCode\": 201, \"headers\": {\"x-a\": \"b\"}}";
  private static final int MOST_PRELUDE = 64 * 1024;

  private KeyedStage stage;

  @BeforeEach
  void open() throws IOException {
    stage = new KeyedStage(BodyRooms.DEFAULT);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  /// What a URL answers to a function that streams a prelude of so many bytes, eight zeros and a
  /// body, in pieces.
  private Caller.Answer streamed(int prelude, int piece) throws IOException {
    byte[] bytes =
        (PRELUDE + " ".repeat(prelude - PRELUDE.length()) + "\0".repeat(8) + "body")
            .getBytes(UTF_8);
    stage.with(
        "streams",
        invocation -> {
          invocation.reply().start(200, List.of(WITH_PRELUDE));
          for (int at = 0; at < bytes.length; at += piece) {
            int end = Math.min(bytes.length, at + piece);
            invocation.reply().write(Arrays.copyOfRange(bytes, at, end));
          }
          return FakeInvoker.streamed(4, true);
        });
    stage.accounts.withUrl("streams", true);
    try (Caller caller = stage.postToUrl("streams", new byte[0])) {
      return caller.answer();
    }
  }

  @Test
  void a_prelude_of_64_kib_is_taken_and_of_one_byte_more_refused() throws Exception {
    for (int piece : List.of(7, 40_000, 100_000)) {
      Caller.Answer fits = streamed(MOST_PRELUDE, piece);
      assertThat(fits.status()).isEqualTo(201);
      assertThat(fits.fields()).containsEntry("x-a", "b");
      assertThat(fits.body()).isEqualTo("body");
      assertThat(streamed(MOST_PRELUDE + 1, piece).status())
          .as("in pieces of %d", piece)
          .isEqualTo(502);
    }
  }

  @Test
  void an_answer_has_6_mib_and_a_hundred_bytes() throws Exception {
    String path = "/2015-03-31/functions/large/invocations";
    for (int more : List.of(100, 101)) {
      stage.with(
          "large", _ -> FakeInvoker.returned(200, List.of(), new byte[6 * 1024 * 1024 + more]));
      try (Caller caller = stage.post(stage.ada, path, new byte[0])) {
        Caller.Answer answer = caller.answer();
        assertThat(answer.fields().containsKey("x-amz-function-error")).isEqualTo(more > 100);
        assertThat(answer.body().contains("Function.ResponseSizeTooLarge")).isEqualTo(more > 100);
      }
    }
  }

  @Test
  void the_tail_of_a_log_is_its_last_4_kib() throws Exception {
    stage.with("talks", this::talks);
    String path = "/2015-03-31/functions/talks/invocations";
    var tail = new Header("x-amz-log-type", "Tail");
    try (Caller caller = stage.call().send(stage.head(stage.ada, path, new byte[0], tail))) {
      byte[] told = Base64.getDecoder().decode(caller.answer().fields().get("x-amz-log-result"));
      String all =
          stage.journal.lines.stream()
              .map(line -> line.text() + "\n")
              .collect(Collectors.joining());
      assertThat(new String(told, UTF_8))
          .hasSize(4096)
          .isEqualTo(all.substring(all.length() - 4096))
          .contains("line 999\nEND RequestId: ");
    }
  }

  private Outcome talks(Invocation invocation) {
    var function = new FunctionId(Account.FIRST, new FunctionName("talks"));
    for (int i = 0; i < 1_000; i++) {
      stage.journal.line(new LogLine(invocation.id(), function, Time.system().now(), "line " + i));
    }
    return FakeInvoker.returned(200, List.of(), "1".getBytes(UTF_8));
  }
}
