package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LsCommandTest {
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Shell.Result ls(String... format) {
    String[] all = {
      "ls", "--server", server.address(), "-o", format.length > 0 ? format[0] : "text"
    };
    return Shell.ol(all);
  }

  @Test
  void functions_are_a_table_and_broken_ones_say_why() {
    server.at(
        "/api/v1/functions",
        StubServer.json(
            """
            [{"name":"greeter","version":"1cdb47b9dd30","methods":["GET","POST"],"memory_mb":128,
              "timeout_ms":30000,"procs":64,"network":"none"},
             {"name":"bad","problems":["there is no f.py"]},
             {"name":"x","version":"1cdb47b9dd31","methods":["*"],"memory_mb":1024,
              "timeout_ms":1500,"procs":8,"network":"outbound"}]
            """));
    assertThat(ls().out())
        .isEqualTo(
            """
            NAME     VERSION          MEMORY    TIMEOUT  PROCS  NETWORK   METHODS
            greeter  1cdb47b9dd30     128 MB       30 s     64  none      GET POST
            bad  cannot be served:
              there is no f.py
            x        1cdb47b9dd31    1024 MB    1500 ms      8  outbound  all
            """);
  }

  @Test
  void no_functions_say_how_to_make_one() {
    server.at("/api/v1/functions", StubServer.json("[]"));
    assertThat(ls().out()).isEqualTo("no functions yet: 'ol new NAME' makes one\n");
  }

  @Test
  void programs_get_the_json() {
    server.at("/api/v1/functions", StubServer.json("[{\"name\":\"x\"}]"));
    assertThat(ls("json").out()).isEqualTo("[ {\n  \"name\" : \"x\"\n} ]\n");
  }

  @Test
  void another_program_at_the_address_is_told_apart() {
    server.at("/api/v1/functions", StubServer.whole(200, "text/html", "<html>"));
    assertThat(ls().err()).contains("is no OpenLambda server");
    server.at("/api/v1", StubServer.whole(200, "text/html", "<html>"));
    assertThat(ls().status()).isEqualTo(1);
  }

  @Test
  void an_unexplained_error_is_shown_as_it_is() {
    server.at("/api/v1/functions", StubServer.whole(503, "text/plain", "upstream is down\n"));
    assertThat(ls().err())
        .isEqualTo(
            """
            ol ls: The server answered with an error (503)
              upstream is down
              Is an OpenLambda server at this address?
            """);
  }
}
