package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogsCommandTest {
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String line(int second, String text) {
    return """
    {"at":"2026-01-31T11:00:%02dZ","function":"hello","invocation":"6f2c0f1e-8d0b","text":"%s"}
    """
        .formatted(second, text);
  }

  private Shell.Result logs(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "logs";
    all[1] = "--server";
    all[2] = server.address();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Shell.ol(all);
  }

  @Test
  void lines_have_time_call_and_function() {
    server.at("/api/v1/logs", StubServer.json(line(1, "one") + line(2, "two")));
    assertThat(logs())
        .isEqualTo(
            new Shell.Result(
                0,
                """
                11:00:01.000 6f2c0f1e hello  one
                11:00:02.000 6f2c0f1e hello  two
                """,
                ""));
  }

  @Test
  void of_one_function_the_last_lines_since_a_time() {
    server.at("/api/v1/logs", StubServer.json(line(1, "one") + line(2, "two")));
    assertThat(logs("hello", "-n", "1", "--since", "5m").out())
        .isEqualTo("11:00:02.000 6f2c0f1e  two\n");
    assertThat(server.seen().getFirst().line())
        .isEqualTo("GET /api/v1/logs?follow=false&function=hello&since=2026-01-31T11%3A55%3A00Z");
  }

  @Test
  void programs_get_an_object_a_line_as_the_server_sent_it() {
    server.at("/api/v1/logs", StubServer.json(line(1, "one") + line(2, "two")));
    assertThat(logs("hello", "-n", "1", "-o", "json").out()).isEqualTo(line(2, "two"));
  }

  @Test
  void of_one_call_the_lines_with_a_text() {
    server.at("/api/v1/logs", StubServer.json(line(1, "one") + line(2, "two")));
    logs("--id", "6F2C", "--grep", "a = b");
    assertThat(server.seen().getFirst().line()).isEqualTo("GET /api/v1/logs?follow=false");
    assertThat(server.seen().getLast().line())
        .isEqualTo("GET /api/v1/logs?follow=false&id=6f2c0f1e-8d0b&text=a%20%3D%20b");
  }

  @Test
  void following_shows_the_past_once_and_what_comes() {
    server.at(
        "/api/v1/logs",
        exchange -> {
          boolean follow = exchange.getRequestURI().getQuery().contains("follow=true");
          String past = line(1, "one") + line(2, "two");
          String next = line(2, "two") + line(3, "three") + "{\"dropped\":\"lines were lost\"}\n";
          StubServer.json(follow ? next : past).to(exchange);
        });
    Shell.Result result = logs("hello", "-f");
    assertThat(result.out())
        .isEqualTo(
            """
            11:00:01.000 6f2c0f1e  one
            11:00:02.000 6f2c0f1e  two
            11:00:03.000 6f2c0f1e  three
            """);
    assertThat(result.err()).isEqualTo("lines were lost\n");
    assertThat(server.seen().getLast().line()).endsWith("since=2026-01-31T11%3A00%3A02Z");
  }

  @Test
  void a_wrong_time_is_refused() {
    assertThat(logs("--since", "yesterday").err())
        .startsWith("ol logs: --since: 'yesterday' is no point in time: use 30s, 5m, 2h, 1d or");
  }
}
