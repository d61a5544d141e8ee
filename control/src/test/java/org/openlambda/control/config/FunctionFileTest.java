package org.openlambda.control.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;

class FunctionFileTest {
  private static FunctionFile read(String text) throws BadBundle {
    return FunctionFile.read(text.getBytes(UTF_8), Limits.DEFAULT, Limits.MAXIMUM);
  }

  private static List<String> problems(String text) {
    return problems(text.getBytes(UTF_8));
  }

  private static List<String> problems(byte[] bytes) {
    var thrown =
        catchThrowableOfType(
            BadBundle.class, () -> FunctionFile.read(bytes, Limits.DEFAULT, Limits.MAXIMUM));
    assertThat(thrown).as("the file is refused").isNotNull();
    return thrown.problems();
  }

  @Test
  void every_key_is_read() throws Exception {
    var file =
        read(
            """
            handler: app.main
            memory: 256MB
            timeout: 2m
            procs: 10
            cpu: 0.5
            tmp: 1GB
            network: outbound
            reuse-sandbox: false
            environment:
              NAME: value
              PORT: 0123
              RATIO: 1.50
              FLAG: true
              EMPTY: ''
            triggers:
              http:
                - method: GET
                - method: POST
            """);

    var limits =
        new Limits(
            Bytes.mebi(256), Duration.ofMinutes(2), 10, 0.5, Bytes.mebi(1024), Network.OUTBOUND);
    assertThat(file.notes()).isEmpty();
    assertThat(file.config())
        .isEqualTo(
            new FunctionConfig(
                new Entry.Handler("app.main"),
                Map.of(
                    "NAME", "value", "PORT", "0123", "RATIO", "1.50", "FLAG", "true", "EMPTY", ""),
                List.of("GET", "POST"),
                limits,
                false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# only a comment\n", "---\n", "null\n", "{}\n", "\uFEFFprocs: 64\n"})
  void a_file_that_sets_nothing_means_the_defaults(String text) throws Exception {
    assertThat(read(text).config()).isEqualTo(FunctionConfig.DEFAULT);
  }

  @Test
  void limits_that_are_not_set_are_the_servers() throws Exception {
    var defaults =
        new Limits(Bytes.mebi(64), Duration.ofSeconds(3), 5, 0.1, Bytes.mebi(1), Network.NONE);

    var file = FunctionFile.read("procs: 6".getBytes(UTF_8), defaults, Limits.MAXIMUM);

    assertThat(file.config().limits())
        .isEqualTo(
            new Limits(Bytes.mebi(64), Duration.ofSeconds(3), 6, 0.1, Bytes.mebi(1), Network.NONE));
  }

  @ParameterizedTest
  @CsvSource({
    "256, 268435456",
    "'256MB', 268435456",
    "'256 MiB', 268435456",
    "'1gb', 1073741824",
    "'0.5GB', 536870912",
    "'65536kb', 67108864"
  })
  void memory_is_a_number_of_mb_or_has_a_unit(String text, long bytes) throws Exception {
    assertThat(read("memory: " + text).config().limits().memory()).isEqualTo(new Bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"3, 3000", "0.25, 250", "500ms, 500", "30s, 30000", "2m, 120000", "0.1h, 360000"})
  void time_is_a_number_of_seconds_or_has_a_unit(String text, long millis) throws Exception {
    assertThat(read("timeout: " + text).config().limits().timeout())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "triggers: {}                        | *",
        "triggers: {http: [{method: '*'}]}   | *",
        "triggers: {http: [{}]}              | *",
        "triggers: {http: []}                | ''",
        "triggers: {http: [{method: PUT}]}   | PUT"
      })
  void http_triggers_are_methods(String text, String methods) throws Exception {
    assertThat(String.join(",", read(text).config().methods())).isEqualTo(methods);
  }

  @Test
  void triggers_of_later_versions_are_checked_and_noted() throws Exception {
    var file =
        read(
            """
            triggers:
              cron: [{schedule: "*/5 0-6 1,15 jan-mar mon"}]
              kafka:
                - bootstrap_servers: ["localhost:9092"]
                  topics: [orders]
                  auto_offset_reset: latest
            """);

    assertThat(file.notes())
        .containsExactly(
            "cron triggers are not run by this version",
            "kafka triggers are not run by this version");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "memori: 1 | line 1, column 1: 'memori' is not known; did you mean 'memory'?",
        "reuse_sandbox: true | did you mean 'reuse-sandbox'?",
        "zzzzzzzz: 1 | 'zzzzzzzz' is not known (known are cpu, environment, handler",
        "triggers: {htpp: []} | 'triggers.htpp' is not known; did you mean 'http'?",
        "triggers: {http: [{metod: GET}]}"
            + " | 'triggers.http[0].metod' is not known; did you mean 'method'?",
        "triggers: {http: [{method: get}]} | triggers.http[0].method must be one of *, GET",
        "triggers: {http: GET} | triggers.http must be a list",
        "triggers: {http: } | triggers.http must be a list",
        "triggers: 5 | triggers must be a mapping with the keys http, cron, kafka, not a number",
        "triggers: {cron: [{schedule: '1 2 3'}]} | five fields",
        "triggers: {cron: [{schedule: '60 * * * *'}]} | the minute goes from 0 to 59",
        "triggers: {cron: [{schedule: '* 5-1 * * *'}]} | the hour goes from 0 to 23",
        "triggers: {cron: [{}]} | triggers.cron[0] needs the key 'schedule'",
        "triggers: {kafka: [{topics: [a]}]} | triggers.kafka[0] needs the key 'bootstrap_servers'",
        "triggers: {kafka: [{topics: [1], bootstrap_servers: [a]}]}"
            + " | triggers.kafka[0].topics must be a list of texts; it holds a number",
        "triggers: {kafka: [{topics: [a], bootstrap_servers: [a], auto_offset_reset: x}]}"
            + " | 'earliest' or 'latest'",
        "memory: lots"
            + " | memory must be a number of MB, or a text like '256MB' or '1GB', at most 10 GiB",
        "memory: 1 | memory must be at least 16 MiB",
        "memory: 20GB | more than this server allows",
        "memory: 99999999999999GB | memory must be",
        "memory: -5 | memory must be",
        "memory: [1] | not a list",
        "timeout: 0 | timeout must be at least 1 ms",
        "timeout: 999999999999 | more than this server allows",
        "timeout: 16m | at most 900.0 s, not '16m'",
        "timeout: .inf | timeout must be",
        "procs: 0 | procs must be at least 1",
        "procs: 1.5 | procs must be a whole number from 1 to 1024, not '1.5'",
        "procs: 2000 | more than this server allows",
        "procs: '5' | procs must be a whole number",
        "cpu: 0 | cpu must be at least 0.01",
        "cpu: 17 | a number of cores from 0.01 to 16.0, not '17'",
        "cpu: fast | cpu must be a number of cores",
        "tmp: 1kb | tmp must be at least 64 KiB",
        "tmp: 11GB | more than this server allows",
        "network: internet | network must be 'none' or 'outbound', not 'internet'",
        "reuse-sandbox: maybe | reuse-sandbox must be true or false, not 'maybe'",
        "reuse-sandbox: 1 | must be true or false, not '1'",
        "handler: main | handler must be 'module.function', not 'main'",
        "handler: ../../etc/x.main | handler must be 'module.function'",
        "handler: a/./.b | handler must be 'module.function'",
        "handler: 5 | handler must be 'module.function', not '5'",
        "environment: [a] | environment must be a mapping of names to values, not a list",
        "environment: {1A: x} | environment.'1A' is no name of a variable",
        "environment: {'A=B': x} | is no name of a variable",
        "environment: {A: } | environment.A must be a text without NUL",
        "environment: {A: [x]}"
            + " | environment.A must be a text without NUL, a number, or true or false, not a list",
        "environment: {A: \"\\0\"} | environment.A must be a text without NUL",
        "procs: *a | anchors (&) and aliases (*) are not accepted",
        "[1, 2] | the file must be a mapping",
        "just text | the file must be a mapping",
        "procs: [ | is no valid YAML: line"
      })
  void a_wrong_value_is_named_with_what_is_allowed(String text, String problem) {
    assertThat(problems(text)).anyMatch(said -> said.contains(problem));
  }

  @Test
  void all_problems_are_reported_at_once_with_their_lines() {
    assertThat(
            problems(
                """
                memory: 1
                timeout: never
                procs: many
                networks: none
                environment: {"a b": 1}
                triggers: {http: [{method: FETCH}]}
                """))
        .hasSize(6)
        .anyMatch(problem -> problem.startsWith("ol.yaml line 1"))
        .anyMatch(problem -> problem.startsWith("ol.yaml line 2"))
        .anyMatch(problem -> problem.startsWith("ol.yaml line 3"))
        .anyMatch(problem -> problem.startsWith("ol.yaml line 4"))
        .anyMatch(problem -> problem.startsWith("ol.yaml line 5"))
        .anyMatch(problem -> problem.startsWith("ol.yaml line 6"));
  }

  @Test
  void more_than_twenty_problems_are_counted() {
    var text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append("unknown").append(i).append(": 1\n");
    }

    assertThat(problems(text.toString())).hasSize(21).last().asString().contains("30 more");
  }

  @Test
  void a_key_that_comes_twice_is_a_problem() {
    assertThat(problems("procs: 1\nprocs: 2\n"))
        .anyMatch(problem -> problem.contains("line 2") && problem.contains("twice"));
  }

  @Test
  void an_alias_bomb_is_refused_before_it_goes_off() {
    var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 30; i++) {
      String before = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(",", List.of(before, before, before))));
    }

    assertThat(problems(bomb.toString())).anyMatch(problem -> problem.contains("anchors"));
  }

  @Test
  void a_deep_file_is_refused() {
    assertThat(problems("environment: " + "[".repeat(1000)))
        .anyMatch(problem -> problem.contains("no valid YAML"));
  }

  @Test
  void a_second_document_is_a_problem() {
    assertThat(problems("procs: 1\n---\nprocs: 2\n"))
        .anyMatch(problem -> problem.contains("a second document"));
  }

  @Test
  void tabs_are_named_with_their_line() {
    assertThat(problems("environment:\n\tA: 1\n"))
        .containsExactly("ol.yaml line 2 is indented with a tab; YAML allows spaces only");
  }

  @Test
  void bytes_that_are_not_utf8_are_a_problem() {
    assertThat(problems(new byte[] {'a', ':', ' ', (byte) 0xFF}))
        .containsExactly("ol.yaml is not UTF-8 text: save it in that encoding");
  }

  @Test
  void a_file_over_64_kib_is_not_read() {
    assertThat(problems("#".repeat(64 * 1024 + 1))).first().asString().contains("65,536 bytes");
  }

  @Test
  void an_environment_over_4_kib_is_a_problem() throws Exception {
    assertThat(read("environment: {A: '" + "x".repeat(4095) + "'}").config().environment())
        .hasSize(1);
    assertThat(problems("environment: {A: '" + "x".repeat(4096) + "'}"))
        .containsExactly(
            "ol.yaml line 1, column 14: environment has 4,097 bytes of names and values; at most"
                + " 4,096 are allowed");
  }

  @Test
  void outbound_network_is_refused_where_it_is_switched_off() {
    var most =
        new Limits(Bytes.mebi(128), Duration.ofSeconds(30), 64, 1, Bytes.mebi(64), Network.NONE);

    assertThatThrownBy(
            () -> FunctionFile.read("network: outbound".getBytes(UTF_8), Limits.DEFAULT, most))
        .hasMessageContaining("'outbound' is switched off on this server");
  }

  @Test
  void control_characters_do_not_reach_a_terminal() {
    assertThat(problems("\"\\e[31mred\": 1")).noneMatch(problem -> problem.indexOf(27) >= 0);
  }
}
