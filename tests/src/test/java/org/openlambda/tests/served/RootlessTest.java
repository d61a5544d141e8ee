package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Ordinary;
import org.openlambda.tests.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ol` as an ordinary user: with the walls that a user namespace gives, or with none, if asked.
@Tag("root")
final class RootlessTest {
  private static final Map<String, String> FUNCTIONS =
      Map.of(
          "who", "import os\ndef f(event): return [os.getuid(), os.getpid()]\n",
          "home", "import os\ndef f(event): return os.path.exists(event['path'])\n",
          "slow", "import time\ndef f(event): time.sleep(60)\n",
          "leave", "import os\ndef f(event): os._exit(3)\n",
          "crash", "import os\ndef f(event): os.abort()\n",
          "hog", "def f(event):\n    all = []\n    while True: all.append(bytearray(1 << 20))\n",
          "bomb",
              """
              import os, time
              def f(event):
                  made = 0
                  try:
                      for _ in range(300):
                          if os.fork() == 0:
                              time.sleep(5)
                              os._exit(0)
                          made += 1
                  except OSError:
                      pass
                  return made
              """,
          "spin",
              """
              import time
              def f(event):
                  end = time.process_time() + 0.3
                  while time.process_time() < end: pass
                  return 'spun'
              """,
          "daemon",
              """
              import subprocess
              def f(event):
                  subprocess.Popen(['sleep', event['s']])
                  return 'left one'
              """);

  @TempDir private Path folder;

  @BeforeEach
  void needs() {
    Ordinary.require();
  }

  private Path functions() throws IOException {
    Functions functions = Functions.in(folder.resolve("functions"));
    for (var each : FUNCTIONS.entrySet()) {
      functions.add(each.getKey(), each.getValue());
    }
    Files.writeString(functions.folder().resolve("slow/ol.yaml"), "timeout: 1\n");
    return Ordinary.own(functions.folder());
  }

  private Server start(List<String> as, String... options) throws IOException {
    Path state = Ordinary.own(folder.resolve("state"));
    return Server.start(Server.Setup.of(functions(), state, options).by(as.toArray(String[]::new)));
  }

  private static String call(Server server, String function, String event) throws Exception {
    Http.Answer answer = server.http().call(function, event);
    return answer.status() + " " + answer.body();
  }

  private static String all(Server server) {
    return String.join("\n", server.said());
  }

  @Test
  void an_ordinary_user_is_served_behind_walls() throws Exception {
    try (Server server = start(Ordinary.user())) {
      assertThat(call(server, "who", "{}")).isEqualTo("200 [1000, 1]");
      String event = "{\"path\":\"%s\"}".formatted(folder);
      assertThat(call(server, "home", event)).isEqualTo("200 false");
      assertThat(all(server)).contains("weaker than root could make them");
      Footprint was = server.footprint();
      assertThat(was.processes()).isNotEmpty();
      server.stop();
      assertThat(Eventually.get(was::survivors, List::isEmpty)).isEmpty();
      assertThat(Footprint.mountsBelow(folder)).isEmpty();
      assertThat(all(server)).doesNotContain("WARN", "Exception");
    }
  }

  @Test
  void how_a_call_ends_is_told_in_the_same_words_as_to_root() throws Exception {
    try (Server server = start(Ordinary.user())) {
      endsAreTold(server);
      assertThat(call(server, "bomb", "{}")).isEqualTo("200 63");
    }
  }

  private static void endsAreTold(Server server) throws Exception {
    assertThat(call(server, "slow", "{}")).startsWith("504 ").contains("timeout");
    assertThat(call(server, "hog", "{}")).startsWith("502 ").contains("limit of 128 MiB");
    assertThat(call(server, "leave", "{}")).startsWith("502 ").contains("status 3");
    assertThat(call(server, "crash", "{}")).startsWith("502 ").contains("signal");
    assertThat(call(server, "who", "{}")).startsWith("200 ");
  }

  @Test
  void processor_time_is_on_the_bill_without_a_control_group() throws Exception {
    try (Server server = start(Ordinary.user())) {
      Http.Answer answer = server.http().call("spin", "{}");
      JsonNode bill = server.http().why(answer.id());
      double cpu = bill.findPath("cpu_ms").asDouble();
      assertThat(cpu).as("milliseconds of CPU in " + bill).isBetween(290.0, 900.0);
    }
  }

  @Test
  void what_a_handler_leaves_behind_stands_still() throws Exception {
    try (Server server = start(Ordinary.user())) {
      assertThat(call(server, "daemon", "{\"s\":\"4711\"}")).startsWith("200 ");
      List<String> states =
          Eventually.get(() -> statesOf("sleep\0004711\0"), found -> found.equals(List.of("T")));
      assertThat(states).containsExactly("T");
      assertThat(call(server, "daemon", "{\"s\":\"4711\"}")).startsWith("200 ");
    }
    assertThat(Eventually.get(() -> statesOf("sleep\0004711\0"), List::isEmpty)).isEmpty();
  }

  private static boolean isNumber(Path path) {
    return path.getFileName().toString().matches("\\d+");
  }

  /// The states of the processes with this command line, as `proc_pid_stat(5)` has them.
  private static List<String> statesOf(String commandLine) throws IOException {
    var states = new ArrayList<String>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.filter(RootlessTest::isNumber).toList()) {
        try {
          if (Files.readString(process.resolve("cmdline")).equals(commandLine)) {
            String stat = Files.readString(process.resolve("stat"));
            states.add(stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
          }
        } catch (IOException _) {
          // it has ended
        }
      }
    }
    return states;
  }

  @Test
  void delegated_control_groups_limit_an_ordinary_users_sandboxes() throws Exception {
    List<Path> groups =
        Stream.of("memory", "cpu", "cpuacct", "pids", "unified", "")
            .map(name -> Path.of("/sys/fs/cgroup", name))
            .filter(hierarchy -> Files.exists(hierarchy.resolve("cgroup.procs")))
            .map(hierarchy -> hierarchy.resolve("delegated-" + ProcessHandle.current().pid()))
            .toList();
    try {
      try (Server server = start(Ordinary.userWithGroups(groups))) {
        endsAreTold(server);
        assertThat(call(server, "bomb", "{}")).isEqualTo("200 63");
        assertThat(all(server)).doesNotContain("memory is looked at", "CPU is not limited");
      }
    } finally {
      Ordinary.removeGroups(groups);
    }
  }

  @Test
  void with_subordinate_ids_every_sandbox_has_a_uid_of_its_own() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/newuidmap")), "needs newuidmap: uidmap");
    Path place = Files.createDirectory(folder.resolve("place"));
    try (Server server = start(Ordinary.userWithSubordinateIds(place))) {
      endsAreTold(server);
      assertThat(call(server, "bomb", "{}")).isEqualTo("200 63");
      assertThat(call(server, "home", "{\"path\":\"/handler\"}")).isEqualTo("200 true");
      assertThat(all(server)).doesNotContain("all sandboxes have your uid", "doing without");
      Set<Integer> uids = new TreeSet<>();
      for (Footprint.Living process : server.footprint().processes()) {
        uids.add(uidOf(process.pid()));
      }
      uids.remove(Ordinary.UID); // launchers
      String found = "uids " + uids;
      assertThat(uids).as(found).allMatch(uid -> uid >= Ordinary.SUBORDINATE).hasSizeGreaterThan(1);
    }
  }

  private static int uidOf(long pid) throws IOException {
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    return Integer.parseInt(status.split("\nUid:\\s+")[1].split("\\s+")[0]);
  }

  @Test
  void without_user_namespaces_it_refuses_in_one_sentence() throws Exception {
    Path place = Files.createDirectory(folder.resolve("place"));
    Server.Ended end =
        Server.runAs(
            Ordinary.userWithoutNamespaces(place), "dev", functions().toString(), "--port", "0");
    assertThat(end.output().strip().lines()).hasSize(1);
    assertThat(end.output())
        .contains("no user namespace", "sudo", "ol doctor --fix", "ol dev --isolation none");
    assertThat(end.status()).isEqualTo(1);
  }

  @Test
  void without_user_namespaces_isolation_none_serves_unprotected_and_says_so() throws Exception {
    Path place = Files.createDirectory(folder.resolve("place"));
    try (Server server = start(Ordinary.userWithoutNamespaces(place), "--isolation", "none")) {
      assertThat(all(server)).contains("WITHOUT ANY PROTECTION");
      assertThat(call(server, "who", "{}")).startsWith("200 [" + Ordinary.UID + ", ");
      String event = "{\"path\":\"%s\"}".formatted(folder);
      assertThat(call(server, "home", event)).isEqualTo("200 true");
      endsAreTold(server);
      assertThat(call(server, "daemon", "{\"s\":\"4712\"}")).startsWith("200 ");
      assertThat(listeners(server.port())).isNotEmpty().allMatch(at -> at.endsWith("0100007F"));
      Footprint was = server.footprint();
      server.stop();
      assertThat(Eventually.get(was::survivors, List::isEmpty)).isEmpty();
    }
    assertThat(Eventually.get(() -> statesOf("sleep\0004712\0"), List::isEmpty)).isEmpty();
  }

  /// The local addresses of sockets that listen on a port, in the hexadecimal of `/proc/net/tcp`:
  /// 127.0.0.1 ends in `0100007F`, also as an address of IPv6.
  private static List<String> listeners(int port) throws IOException {
    String end = ":%04X".formatted(port);
    var lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
    lines.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
    return lines.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(part -> part[1].endsWith(end) && part[3].equals("0A"))
        .map(part -> part[1].replace(end, ""))
        .toList();
  }

  @Test
  void a_worker_refuses_isolation_none() throws Exception {
    Path worker = folder.resolve("worker");
    assertThat(Server.run("worker", "init", "-p", worker.toString()).status()).isZero();
    Server.Ended end = Server.run("worker", "up", "-p", worker.toString(), "--isolation", "none");
    assertThat(end.status()).isEqualTo(1);
    assertThat(end.output().strip().lines()).hasSize(1);
    assertThat(end.output()).contains("ol dev");
  }

  @Test
  void the_doctor_names_what_is_weaker_and_prints_what_would_mend_it() throws Exception {
    Server.Ended end = Server.runAs(Ordinary.user(), "doctor", "--json");
    assertThat(end.status()).as(end.output()).isZero();
    var weaker = new ArrayList<String>();
    for (var finding : JsonMapper.shared().readTree(end.output()).path("findings")) {
      if (finding.path("verdict").asString().equals("weaker")) {
        weaker.add(finding.path("what").asString());
        assertThat(finding.path("fix").asString()).as(finding.toString()).isNotEmpty();
      }
    }
    assertThat(weaker).contains("uids of sandboxes", "memory, cpu, pids limits");
    Server.Ended fix = Server.runAs(Ordinary.user(), "doctor", "--fix");
    assertThat(fix.output()).startsWith("# Nothing of this has been run");
    assertThat(fix.output()).contains("\nmkdir -p /etc/systemd/system/user@.service.d");
  }

  @Test
  void the_doctor_says_what_is_missing_without_user_namespaces() throws Exception {
    Path place = Files.createDirectory(folder.resolve("place"));
    Server.Ended end = Server.runAs(Ordinary.userWithoutNamespaces(place), "doctor");
    assertThat(end.status()).isEqualTo(1);
    assertThat(end.output()).contains("✗ privilege", "no user namespace may be made here");
  }
}
