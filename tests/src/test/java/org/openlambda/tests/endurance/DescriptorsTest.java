package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// A server that may open few files meets more connections than it can hold: those it has are
/// served, also with new sandboxes, the others are told so, and when they are gone all is well.
@Tag("root")
@Tag("faults")
final class DescriptorsTest {
  private static final int FILES = 1_100;
  private static final int CROWD = 1_500;
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final String REQUEST =
      "POST /run/once HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1";

  @Test
  void more_connections_than_descriptors_harm_nobody_who_is_in(@TempDir Path folder)
      throws Exception {
    Functions functions =
        Functions.in(folder.resolve("functions"))
            .add("once", "reuse-sandbox: false\n", "def f(event):\n    return event\n");
    var setup =
        Server.Setup.of(functions.folder(), folder.resolve("state"), "--quiet")
            .by("prlimit", "--nofile=" + FILES + ":" + FILES);
    try (Server server = Server.start(setup);
        Http http = server.http()) {
      assertThat(http.call("once", "1").body()).isEqualTo("1");
      assertThat(String.join("\n", server.said())).contains(FILES + " files may be open");
      var crowd = new ArrayList<Socket>();
      try {
        for (int i = 0; i < CROWD; i++) {
          crowd.add(connect(server));
        }
        for (int i = 0; i < 50; i++) {
          assertThat(http.call("once", "2").body()).isEqualTo("2");
        }
        assertThat(answers(crowd)).contains("HTTP/1.1 503 Service Unavailable");
      } finally {
        for (Socket socket : crowd) {
          socket.close();
        }
      }
      long begin = System.nanoTime();
      Eventually.require(() -> newcomer(server), "HTTP/1.1 200 OK"::equals);
      Duration again = Duration.ofNanos(System.nanoTime() - begin);
      Summary.add(
          "chaos",
          List.of(
              "%d connections to a server of %d files: a newcomer is served %d ms after they left"
                  .formatted(CROWD, FILES, again.toMillis())));
      assertThat(again).isLessThan(AGAIN);
      assertThat(String.join("\n", server.said())).doesNotContain("Too many open files");
    }
  }

  @Test
  void with_fewer_files_than_a_sandbox_needs_it_says_so_and_ends(@TempDir Path folder)
      throws Exception {
    Server.Ended end =
        Server.runAs(
            List.of("prlimit", "--nofile=500:500"), "dev", folder.toString(), "--port", "0");
    assertThat(end.status()).isEqualTo(1);
    assertThat(end.output().strip().lines()).hasSize(1);
    assertThat(end.output()).contains("500", "1,024", "ulimit -n");
  }

  private static Socket connect(Server server) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 10_000);
    socket.setSoTimeout(1_000);
    return socket;
  }

  /// What the last ones that came were told without asking.
  private static List<String> answers(List<Socket> crowd) throws IOException {
    var answers = new ArrayList<String>();
    for (Socket socket : crowd.subList(crowd.size() - 5, crowd.size())) {
      answers.add(firstLine(socket));
    }
    return answers;
  }

  private static String newcomer(Server server) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      return firstLine(socket);
    }
  }

  private static String firstLine(Socket socket) throws IOException {
    byte[] start = socket.getInputStream().readNBytes(64);
    return new String(start, StandardCharsets.US_ASCII).lines().findFirst().orElse("");
  }
}
