package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ol up --detach`, `ol status` and `ol down`.
@Tag("root")
@Timeout(300)
final class UpInBackgroundTest {
  private static final Pattern SECRET = Pattern.compile("AWS_SECRET_ACCESS_KEY=(\\S+)");

  @TempDir private Path data;

  @AfterEach
  void end() throws Exception {
    ol("down");
  }

  private Server.Ended ol(String command, String... more) throws Exception {
    String[] words = new String[more.length + 3];
    words[0] = command;
    words[1] = "--data";
    words[2] = data.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    return Server.runKeptIn(data, words);
  }

  private Server.Ended up() throws Exception {
    Machine.requireSandboxes();
    Server.Ended up = ol("up", "--detach", "--listen", "127.0.0.1:0");
    assertThat(up.status()).as(up.output()).isZero();
    return up;
  }

  private JsonNode status() throws Exception {
    return JsonMapper.shared().readTree(ol("status", "-o", "json").output());
  }

  private ProcessHandle process() throws Exception {
    return ProcessHandle.of(status().get("pid").longValue()).orElseThrow();
  }

  @Test
  void a_server_in_the_background_is_known_until_it_is_ended() throws Exception {
    String said = up().output();
    assertThat(said).startsWith("ready http://127.0.0.1:").contains("not shown again:");
    Matcher secret = SECRET.matcher(said);
    assertThat(secret.find()).isTrue();
    assertThat(Files.readString(data.resolve("server.log")))
        .startsWith("ol up: starts at ")
        .doesNotContain(secret.group(1));
    JsonNode status = status();
    String address = status.get("address").stringValue();
    assertThat(said).startsWith("ready " + address + "\n");
    assertThat(status.get("state").stringValue()).isEqualTo("running");
    assertThat(ol("status").output())
        .startsWith("running   " + address + "\npid       " + status.get("pid"))
        .contains("database  its own\n", "region    us-east-1\n");
    assertThat(Server.runKeptIn(data, "deploy", Machine.ROOT.resolve("examples/hello").toString()))
        .as("ol has its key")
        .extracting(Server.Ended::status)
        .isEqualTo(0);

    ProcessHandle server = process();
    assertThat(ol("down").output()).isEqualTo("stopped pid " + server.pid() + "\n");
    Eventually.require(server::isAlive, alive -> !alive);
    assertThat(data.resolve("server.json")).doesNotExist();
    Server.Ended stopped = ol("status");
    assertThat(stopped.status()).isEqualTo(3);
    assertThat(stopped.output()).startsWith("stopped   no server runs\n");
    Server.Ended again = ol("down");
    assertThat(again.status()).isZero();
    assertThat(again.output()).isEqualTo("no server runs in " + data + "\n");

    assertThat(up().output())
        .as("the key is not shown again")
        .startsWith("ready http://127.0.0.1:")
        .doesNotContain("KEY");
  }

  @Test
  void what_is_weaker_here_is_said_to_who_starts_it_and_not_to_a_log_alone() throws Exception {
    boolean forwards =
        Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward")).strip().equals("1");
    String note = "ol up: functions reach no network (nft ";
    String said = up().output();
    assertThat(said.contains(note)).as(said).isEqualTo(!forwards);
    assertThat(ol("down").status()).isZero();
    assertThat(ol("up", "--detach", "--listen", "127.0.0.1:0", "--network", "none").output())
        .doesNotContain(note);
  }

  @Test
  void programs_are_told_in_json() throws Exception {
    Machine.requireSandboxes();
    JsonNode up =
        JsonMapper.shared()
            .readTree(ol("up", "--detach", "--listen", "127.0.0.1:0", "-o", "json").output());
    assertThat(up.path("address").asString("")).startsWith("http://127.0.0.1:");
    assertThat(up.path("key").path("secret").asString("")).hasSize(40);
    long pid = process().pid();
    JsonNode down = JsonMapper.shared().readTree(ol("down", "-o", "json").output());
    assertThat(down.path("stopped").asLong(0)).isEqualTo(pid);
    assertThat(
            JsonMapper.shared()
                .readTree(ol("down", "-o", "json").output())
                .path("stopped")
                .isNull())
        .isTrue();
  }

  @Test
  void with_a_certificate_it_is_known_by_https(@TempDir Path pair) throws Exception {
    Machine.requireSandboxes();
    Certificate certificate = Certificate.make(pair, "in the background");
    Server.Ended up =
        ol(
            "up",
            "--detach",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            certificate.file().toString(),
            "--tls-key",
            certificate.key().toString());
    assertThat(up.output()).startsWith("ready https://127.0.0.1:");
    String address = status().get("address").stringValue();
    assertThat(up.output()).startsWith("ready " + address + "\n");
    assertThat(certificate.curl(address + "/status")).isEqualTo("ready\n");
  }

  @Test
  void a_second_server_of_the_same_folder_is_refused_with_the_first_ones_pid() throws Exception {
    up();
    String sentence = "is served already, by pid " + process().pid() + " at http://127.0.0.1:";
    for (String way : new String[] {"--detach", "--region=here"}) {
      Server.Ended second = ol("up", "--listen", "127.0.0.1:0", way);
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.output()).contains(sentence, "'ol down --data " + data + "' ends it");
    }
    assertThat(status().get("state").stringValue()).isEqualTo("running");
  }

  @Test
  void a_killed_server_is_not_taken_for_a_running_one_nor_is_another_process() throws Exception {
    up();
    ProcessHandle server = process();
    String file = Files.readString(data.resolve("server.json"));
    server.destroyForcibly();
    Eventually.require(() -> ol("status").status(), status -> status == 3);
    assertThat(ol("status").output())
        .contains("the last one (pid " + server.pid() + ") ended without a word");
    assertThat(ol("down").output()).startsWith("no server runs in ");

    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      String taken = file.replace("\"pid\":" + server.pid(), "\"pid\":" + other.pid());
      assertThat(taken).isNotEqualTo(file);
      Files.writeString(data.resolve("server.json"), taken);
      assertThat(ol("status").status()).isEqualTo(3);
      assertThat(ol("down").output()).startsWith("no server runs in ");
      assertThat(other.isAlive()).as("it has the pid, and is not the server").isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
    up();
    assertThat(status().get("state").stringValue()).isEqualTo("running");
  }

  @Test
  void a_start_that_fails_says_why() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Server.Ended up = ol("up", "--detach", "--listen", "127.0.0.1:" + taken.getLocalPort());
      assertThat(up.status()).isEqualTo(1);
      assertThat(up.output())
          .contains("the server has ended instead:", String.valueOf(taken.getLocalPort()))
          .contains("(" + data.resolve("server.log") + ")");
    }
    assertThat(ol("status").status()).isEqualTo(3);
  }

  @Test
  void what_cannot_be_read_is_said(@TempDir Path empty) throws IOException, InterruptedException {
    assertThat(Server.run("status", "--data", empty.resolve("none").toString()).output())
        .startsWith("stopped   no server runs\n");
    assertThat(Server.run("down", "--data", empty.resolve("none").toString()).status()).isZero();
  }
}
