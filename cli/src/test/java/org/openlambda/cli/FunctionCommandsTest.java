package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.cli.terminal.Tty;

/// What the commands for functions make of their arguments, and of a server's words.
final class FunctionCommandsTest {
  private static final String FUNCTION = "/2015-03-31/functions/shop";

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Shell.Result ol(String... words) {
    return olWith("", words);
  }

  private Shell.Result olWith(String input, String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--server";
    all[words.length + 1] = server.address();
    return Shell.ol(input, Tty.NONE, all);
  }

  private static StubServer.Answer fault(int status, String code, String body) {
    return StubServer.whole(
        status, "application/json", body, "x-amzn-errortype", code, "x-amzn-requestid", "r-1");
  }

  @Test
  void versions_are_a_table_with_the_aliases_that_name_them() {
    server.at(
        FUNCTION + "/versions",
        StubServer.json(
            """
            {"Versions":[
             {"Version":"$LATEST","LastModified":"2026-01-31T11:59:00.000+0000","Description":"",
              "CodeSha256":"q80AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
             {"Version":"1","LastModified":"2026-01-30T10:00:00.000+0000","Description":"first",
              "CodeSha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}
            """));
    server.at(
        FUNCTION + "/aliases",
        StubServer.json(
            """
            {"Aliases":[{"Name":"live","FunctionVersion":"1",
              "RoutingConfig":{"AdditionalVersionWeights":{"$LATEST":0.125}}}]}
            """));
    assertThat(ol("versions", "shop").out())
        .isEqualTo(
            """
            VERSION   MODIFIED          CODE          ALIASES      DESCRIPTION
            $LATEST   2026-01-31 11:59  abcd00000000  live 12.5 %
            1         2026-01-30 10:00  000000000000  live         first
            """);
  }

  @Test
  void lists_are_read_to_their_last_page() {
    server.at(
        FUNCTION + "/aliases",
        exchange -> {
          boolean first = exchange.getRequestURI().getQuery() == null;
          String name = first ? "a b" : "c";
          String marker = first ? ",\"NextMarker\":\"a b\"" : "";
          StubServer.json(
                  "{\"Aliases\":[{\"Name\":\"%s\",\"FunctionVersion\":\"1\"}]%s}"
                      .formatted(name, marker))
              .to(exchange);
        });
    assertThat(ol("alias", "shop").out()).isEqualTo("shop:a b: 1\nshop:c: 1\n");
    assertThat(server.seen().getLast().line())
        .isEqualTo("GET " + FUNCTION + "/aliases?Marker=a%20b");
  }

  @Test
  void an_error_of_the_aws_api_is_its_sentence() {
    server.at(
        FUNCTION,
        fault(
            404,
            "ResourceNotFoundException",
            "{\"Type\":\"User\",\"Message\":\"Function not found: x\"}"));
    assertThat(ol("config", "shop"))
        .isEqualTo(
            new Shell.Result(1, "", "ol config: Function not found: x (404)\n  request r-1\n"));
  }

  @Test
  void what_an_error_quotes_of_an_environment_is_not_shown() {
    server.at(
        FUNCTION,
        exchange -> {
          if (exchange.getRequestMethod().equals("GET")) {
            StubServer.json("{\"RevisionId\":\"1\"}").to(exchange);
          } else {
            fault(
                    400,
                    "InvalidParameterValueException",
                    "{\"message\":\"Too large. String measured: {A: b}\"}")
                .to(exchange);
          }
        });
    assertThat(olWith("hidden\n", "secret", "shop", "A").err())
        .isEqualTo("ol secret: Too large. (400)\n  request r-1\n");
    assertThat(server.seen().getLast().body())
        .isEqualTo("{\"RevisionId\":\"1\",\"Environment\":{\"Variables\":{\"A\":\"hidden\"}}}");
  }

  @Test
  void wrong_arguments_are_wrong_usage_and_ask_nobody() {
    assertThat(ol("alias", "shop", "live").err())
        .contains("'live' is no ALIAS=VERSION: use live=3");
    assertThat(ol("alias", "shop", "--weight", "3=0.1").err())
        .contains("--weight goes with ALIAS=VERSION");
    assertThat(ol("alias", "shop", "live=3", "--weight", "4=1.5").err())
        .contains("is no VERSION=PART");
    assertThat(ol("alias", "shop", "live=3", "--rm", "live").err())
        .contains("--rm goes with NAME alone");
    assertThat(ol("config", "shop", "memory=lots").err())
        .contains("'lots' is no memory: use 256MB");
    assertThat(ol("config", "shop", "timeout=1GB").err()).contains("'1GB' is no timeout: use 30s");
    assertThat(ol("config", "shop", "colour=red").err())
        .contains("there is no setting 'colour'; there are memory");
    assertThat(ol("config", "shop", "memory").err()).contains("'memory' gives no value");
    assertThat(ol("secret", "shop", "A=b").err()).contains("the value is no argument");
    assertThat(ol("deploy", ".", "--weight", "0.1").err()).contains("--weight goes with --alias");
    assertThat(ol("rm", "shop", "x").status()).isEqualTo(2);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void a_secret_of_nothing_or_of_too_much_is_refused() {
    server.at(FUNCTION, StubServer.json("{}"));
    assertThat(olWith("\n", "secret", "shop", "A").err())
        .contains("nothing came by the standard input");
    assertThat(olWith("x".repeat(70_000), "secret", "shop", "A").err())
        .contains("more than 65,536 bytes");
  }

  @Test
  void a_rollback_is_of_what_was_read() {
    server.at(
        FUNCTION + "/aliases",
        StubServer.json(
            "{\"Aliases\":[{\"Name\":\"live\",\"FunctionVersion\":\"3\",\"RevisionId\":\"r\"}]}"));
    server.at(
        "/api/v1/functions/shop/aliases/live/rollback",
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("if-match")).isEqualTo("r");
          StubServer.json(
                  """
                  {"name":"shop","alias":"live","from":{"version":"3","weights":{}},
                   "to":{"version":"2","weights":{"3":0.1}}}
                  """)
              .to(exchange);
        });
    assertThat(ol("rollback", "shop").out()).isEqualTo("shop:live: 3 → 2, 10 % to 3\n");
  }
}
