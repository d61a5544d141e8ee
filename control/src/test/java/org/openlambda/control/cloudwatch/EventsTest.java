package org.openlambda.control.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openlambda.control.logs.LogBounds;
import org.openlambda.control.logs.LogStore;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
final class EventsTest {
  private static final Account OTHER = new Account("999999999999");
  private static final String GROUP = "\"logGroupName\":\"/aws/lambda/hello\"";

  @TempDir private Path folder;
  private LogStore store;
  private LogsApi api;

  @BeforeEach
  void open() throws IOException {
    store = LogStore.open(folder, LogBounds.DEFAULT, Time.system());
    api = new LogsApi(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void say(String function, String text, String stream) {
    var id = new FunctionId(Account.FIRST, new FunctionName(function));
    store.line(new LogLine(RequestId.random(), id, Instant.now(), text, stream));
  }

  private ControlApi.Answer serve(Principal asker, String operation, String input) {
    return api.serve(
        new ControlApi.Question(
            RequestId.random(),
            asker,
            "127.0.0.1:50000",
            "us-east-1",
            "POST",
            "/",
            Map.of(),
            Map.of("x-amz-target", "Logs_20140328." + operation),
            input.getBytes(StandardCharsets.UTF_8)));
  }

  private JsonNode ask(String operation, String members) {
    var developer = new Principal(Account.FIRST, "ada", Role.DEVELOPER, "AKIATEST");
    return JsonMapper.shared().readTree(serve(developer, operation, "{" + members + "}").body());
  }

  @Test
  void a_page_has_no_more_events_than_an_answer_may_have() {
    for (int i = 0; i < 10_500; i++) {
      say("hello", "line " + i, "s");
    }
    for (int i = 0; i < 100; i++) {
      say("wide", "x".repeat(16_000), "s");
    }
    JsonNode first = ask("FilterLogEvents", GROUP);
    assertThat(first.get("events").size()).isEqualTo(10_000);
    String next = first.get("nextToken").stringValue();
    JsonNode second = ask("FilterLogEvents", GROUP + ",\"nextToken\":\"" + next + "\"");
    assertThat(second.get("events").size()).isEqualTo(500);
    assertThat(second.has("nextToken")).isFalse();
    assertThat(second.at("/events/0/message").stringValue()).isEqualTo("line 10000");
    JsonNode newest = ask("GetLogEvents", GROUP + ",\"logStreamName\":\"s\"");
    assertThat(newest.get("events").size()).isEqualTo(10_000);
    assertThat(newest.at("/events/9999/message").stringValue()).isEqualTo("line 10499");
    JsonNode wide = ask("FilterLogEvents", "\"logGroupName\":\"/aws/lambda/wide\"");
    assertThat(wide.get("events").size()).isEqualTo(1024 * 1024 / 16_026);
    assertThat(wide.has("nextToken")).isTrue();
  }

  @Test
  void a_page_is_looked_for_in_no_more_than_so_many_lines_and_another_one_follows() {
    for (int i = 0; i < 1_400; i++) {
      say("hello", "x".repeat(16_000), "s");
      if (i % 50 == 0) {
        store.settle();
      }
    }
    say("hello", "the last one", "s");
    JsonNode first = ask("FilterLogEvents", GROUP + ",\"filterPattern\":\"last\"");
    assertThat(first.get("events").size()).isZero();
    String next = ",\"nextToken\":\"" + first.get("nextToken").stringValue() + "\"";
    JsonNode second = ask("FilterLogEvents", GROUP + ",\"filterPattern\":\"last\"" + next);
    assertThat(second.at("/events/0/message").stringValue()).isEqualTo("the last one");
    assertThat(second.has("nextToken")).isFalse();
  }

  @Test
  void streams_come_in_pages_by_name_and_by_time() {
    for (int i = 0; i < 120; i++) {
      say("hello", "a line", "stream %03d".formatted(i * 7 % 120));
    }
    for (String order : List.of("", ",\"orderBy\":\"LastEventTime\"", ",\"descending\":true")) {
      var seen = new ArrayList<String>();
      String token = "";
      do {
        JsonNode page = ask("DescribeLogStreams", GROUP + order + token);
        page.get("logStreams").forEach(one -> seen.add(one.get("logStreamName").stringValue()));
        token =
            page.has("nextToken")
                ? ",\"nextToken\":\"" + page.get("nextToken").stringValue() + "\""
                : "";
      } while (!token.isEmpty());
      Set<String> names = new TreeSet<>(seen);
      assertThat(seen).as(order).hasSize(120).hasSameSizeAs(names);
      if (order.isEmpty()) {
        assertThat(seen).isSorted();
      } else if (order.contains("true")) {
        assertThat(seen.reversed()).isSorted();
      }
    }
  }

  @Test
  void of_too_many_streams_those_are_told_that_were_printed_to_last() {
    for (int i = 0; i < 10_020; i++) {
      say("hello", "a line", "stream %05d".formatted(i));
      if (i % 1_000 == 0) {
        store.settle();
      }
    }
    say("hello", "another line", "stream 00005");
    say("hello", "another line", "stream 00030");
    JsonNode streams = ask("DescribeLogStreams", GROUP + ",\"limit\":3").get("logStreams");
    assertThat(streams.findValuesAsString("logStreamName"))
        .containsExactly("stream 00005", "stream 00021", "stream 00022");
  }

  @Test
  void another_account_finds_nothing_and_an_invoker_is_refused() {
    say("hello", "ours", "s");
    var stranger = new Principal(OTHER, "eve", Role.ADMIN, "AKIATEST");
    for (String operation : List.of("DescribeLogStreams", "FilterLogEvents")) {
      var answer = serve(stranger, operation, "{" + GROUP + "}");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains("ResourceNotFoundException");
    }
    var foreign =
        "{\"logGroupIdentifier\":\"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello\"}";
    assertThat(
            new String(serve(stranger, "FilterLogEvents", foreign).body(), StandardCharsets.UTF_8))
        .contains("ResourceNotFoundException");
    assertThat(
            new String(serve(stranger, "DescribeLogGroups", "{}").body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"logGroups\":[]}");
    var invoker = new Principal(Account.FIRST, "bob", Role.INVOKER, "AKIATEST");
    assertThat(new String(serve(invoker, "FilterLogEvents", "{}").body(), StandardCharsets.UTF_8))
        .contains("AccessDeniedException");
    String own =
        "\"logGroupIdentifier\":\"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello:*\"";
    assertThat(ask("FilterLogEvents", own).get("events").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FilterLogEvents     | \"limit\":0                     | InvalidParameterException",
        "FilterLogEvents     | \"limit\":10001                 | InvalidParameterException",
        "FilterLogEvents     | \"limit\":\"many\"              | SerializationException",
        "FilterLogEvents     | \"nextToken\":\"?\"             | InvalidParameterException",
        "FilterLogEvents     | \"startTime\":5,\"endTime\":4   | InvalidParameterException",
        "FilterLogEvents     | \"logStreamNames\":[1]          | SerializationException",
        "FilterLogEvents     | \"logGroupIdentifier\":\"x\"    | InvalidParameterException",
        "DescribeLogStreams  | \"orderBy\":\"Size\"            | InvalidParameterException",
        "DescribeLogStreams  | \"descending\":\"yes\"          | SerializationException",
        "DescribeLogStreams  | \"limit\":51                    | InvalidParameterException",
        "GetLogEvents        | \"startFromHead\":true          | InvalidParameterException",
        "GetLogEvents        | \"logStreamName\":\"none\"      | ResourceNotFoundException",
        "DeleteLogGroup      | \"limit\":1                     | NotImplementedException",
      })
  void what_cannot_be_is_refused(String operation, String members, String type) {
    say("hello", "a line", "s");
    assertThat(ask(operation, GROUP + "," + members).get("__type").stringValue()).isEqualTo(type);
  }
}
