package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The statuses that `docs/commands.md` promises to scripts.
final class ExitStatusTest {
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void what_worked_is_0() {
    server.at("/api/v1/functions", StubServer.json("[]"));
    assertThat(Shell.ol("ls", "--server", server.address()).status()).isEqualTo(0);
    assertThat(Shell.ol("--help").status()).isEqualTo(0);
    assertThat(Shell.ol("deploy", "--help").status()).isEqualTo(0);
  }

  @Test
  void what_failed_is_1() {
    server.at("/api/v1/users", StubServer.problem(403, "not-allowed", "No", "no.", "Ask."));
    assertThat(Shell.ol("users", "--server", server.address()).status()).isEqualTo(1);
    server.at("/api/v1/functions", StubServer.whole(200, "text/html", "<html>"));
    Shell.Result other = Shell.ol("ls", "--server", server.address());
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("is no OpenLambda server");
    server.at("/run/f", StubServer.whole(500, "text/plain", "Traceback"));
    assertThat(Shell.ol("invoke", "f", "--server", server.address()).status()).isEqualTo(1);
    assertThat(Shell.ol("deploy", "no-such-folder").status()).isEqualTo(1);
  }

  @Test
  void a_wrong_command_line_is_2() {
    assertThat(Shell.ol("nothing").status()).isEqualTo(2);
    assertThat(Shell.ol("ls", "--nothing").status()).isEqualTo(2);
    assertThat(Shell.ol("ls", "-o", "yaml").status()).isEqualTo(2);
    assertThat(Shell.ol("alias").status()).isEqualTo(2);
    assertThat(Shell.ol("ls", "--server", "::").status()).isEqualTo(2);
  }

  @Test
  void a_server_that_does_not_answer_is_3() throws IOException {
    int nobodys;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobodys = socket.getLocalPort();
    }
    Shell.Result result = Shell.ol("ls", "--server", "http://127.0.0.1:" + nobodys);
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).contains("no server answers");
  }

  @Test
  void what_was_interrupted_is_130() {
    Thread.currentThread().interrupt();
    assertThat(Shell.ol("ls", "--server", server.address()).status()).isEqualTo(130);
    assertThat(Thread.interrupted()).as("it was noticed").isFalse();
  }
}
