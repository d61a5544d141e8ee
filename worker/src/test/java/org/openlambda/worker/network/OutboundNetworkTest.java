package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.system.Kernel;

/// A real worker with real sandboxes, on a host and an internet of the test's own.
class OutboundNetworkTest {
  @TempDir private static Path folder;
  private static FakeMachine machine;
  private static WorkerOnHost worker;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Kernel.isRoot()
            && Files.isExecutable(Path.of("/usr/sbin/nft"))
            && Files.isExecutable(
                Path.of(System.getProperty("openlambda.home"), "libexec/launcher")),
        "SKIPPED: needs root, nft (apt install nftables iproute2) and ./dev build");
    machine = new FakeMachine(folder);
    worker = new WorkerOnHost(machine, folder.resolve("state"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (worker != null) {
      worker.close();
    }
    if (machine != null) {
      machine.close();
    }
  }

  @Test
  void the_internet_is_reached_under_the_address_of_the_host() throws Exception {
    assertThat(worker.tcp("out", FakeMachine.INTERNET, 80))
        .contains("reached: hello from 203.0.113.1 to 203.0.113.2");
  }

  @Test
  void names_are_resolved_by_the_name_server_of_the_host_even_in_a_private_network()
      throws Exception {
    assertThat(worker.call("out", "{'do':'name', 'host':'example.test'}"))
        .contains("reached: 203.0.113.1");
    assertThat(worker.tcp("out", "10.53.0.1", 80)).contains("refused: EHOSTUNREACH");
  }

  @Test
  void other_udp_passes_too() throws Exception {
    assertThat(
            worker.call("out", "{'do':'udp', 'host':'203.0.113.1', 'port':9999, 'text':'there'}"))
        .contains("reached:", "there");
  }

  @Test
  void metadata_and_private_networks_are_refused_though_the_host_reaches_them() throws Exception {
    for (String closed : new String[] {"169.254.169.254", "192.168.7.1"}) {
      assertThat(machine.inHost(connect(closed, 80))).contains("hello from " + closed);
      assertThat(worker.tcp("out", closed, 80)).contains("refused: EHOSTUNREACH");
    }
  }

  @Test
  void services_of_the_host_are_refused_at_each_of_its_addresses() throws Exception {
    assertThat(machine.inHost(connect(FakeMachine.HOST, 8080))).contains("hello");
    assertThat(worker.tcp("out", FakeMachine.HOST, 8080)).contains("refused: EHOSTUNREACH");
    assertThat(worker.tcp("out", "100.64.0.1", 8080)).contains("refused:");
    assertThat(worker.tcp("out", "127.0.0.1", 8080)).contains("refused: ECONNREFUSED");
  }

  @Test
  void a_name_server_that_is_the_host_itself_is_reached_at_its_port_only() throws Exception {
    assertThat(worker.call("out", "{'do':'udp', 'host':'203.0.113.2', 'port':53, 'text':'asked'}"))
        .contains("reached: asked");
    assertThat(worker.tcp("out", FakeMachine.HOST, 54)).contains("refused: EHOSTUNREACH");
  }

  @Test
  void no_packet_of_version_6_passes() throws Exception {
    assertThat(tcpByVersion6(machine, worker)).contains("refused: no answer");
  }

  @Test
  void sandboxes_do_not_reach_one_another() throws Exception {
    String address = address("out-server");
    assertThat(worker.call("out-server", "{'do':'listen', 'port':8000}")).contains("listening");
    assertThat(worker.tcp("out-server", address, 8000)).contains("reached: hello from a sandbox");
    assertThat(address("out-client")).isNotEqualTo(address);
    assertThat(worker.tcp("out-client", address, 8000)).contains("refused:");
  }

  @Test
  void packets_with_the_address_of_another_do_not_leave() throws Exception {
    address("out");
    long sandbox = worker.pid("out");
    for (String source : new String[] {address("out-other"), "100.95.0.9", "203.0.113.77"}) {
      FakeMachine.in(sandbox, "python3", "-c", rawUdp(source, "forged"));
    }
    FakeMachine.in(sandbox, "python3", "-c", rawUdp(address("out"), "genuine"));
    assertThat(worker.call("out", "{'do':'udp', 'host':'203.0.113.1', 'port':9999, 'text':'last'}"))
        .contains("genuine", "last")
        .doesNotContain("forged");
  }

  @Test
  void a_function_without_it_has_the_loopback_only_and_no_names() throws Exception {
    assertThat(worker.call("plain", "{'do':'interfaces'}")).contains("reached: lo\"");
    assertThat(worker.tcp("plain", FakeMachine.INTERNET, 80)).contains("refused: ENETUNREACH");
    assertThat(worker.call("plain", "{'do':'name', 'host':'example.test'}")).contains("refused:");
    assertThat(worker.call("out", "{'do':'interfaces'}")).contains("reached: eth0 lo\"");
  }

  @Test
  void nothing_is_left_after_the_end_nor_by_a_killed_worker_after_the_next() throws Exception {
    try (var here = new FakeMachine(Files.createDirectory(folder.resolve("another")))) {
      Path state = folder.resolve("another-state");
      String before = footprint(here);
      var first = new WorkerOnHost(here, state);
      assertThat(first.tcp("out", FakeMachine.INTERNET, 80)).contains("reached:");
      assertThat(footprint(here)).contains("table inet openlambda-", "dev ol", "-0000");
      first.close();
      assertThat(footprint(here)).isEqualTo(before);
      var killed = new WorkerOnHost(here, state);
      assertThat(killed.tcp("out", FakeMachine.INTERNET, 80)).contains("reached:");
      killed.kill();
      killed.close();
      assertThat(footprint(here)).contains("table inet openlambda-");
      try (var next = new WorkerOnHost(here, state)) {
        assertThat(footprint(here)).doesNotContain("table inet");
        assertThat(next.tcp("out", FakeMachine.INTERNET, 80)).contains("reached:");
      }
      assertThat(footprint(here)).isEqualTo(before);
    }
  }

  @Test
  void without_the_firewall_these_tests_would_fail() throws Exception {
    try (var here = new FakeMachine(Files.createDirectory(folder.resolve("open")));
        var open = new WorkerOnHost(here, folder.resolve("open-state"))) {
      assertThat(open.tcp("out", FakeMachine.HOST, 8080)).contains("refused: EHOSTUNREACH");
      here.inHost("nft flush ruleset");
      assertThat(open.tcp("out", FakeMachine.HOST, 8080)).contains("reached: hello");
      assertThat(tcpByVersion6(here, open)).contains("reached: hello");
      FakeMachine.in(open.pid("out"), "python3", "-c", rawUdp("203.0.113.77", "forged"));
      assertThat(here.inHost(askEverything())).contains("forged");
    }
  }

  @Test
  void a_machine_that_does_not_forward_says_how_to_switch_it_on() throws Exception {
    try (var here = new FakeMachine(Files.createDirectory(folder.resolve("still")));
        var still = new WorkerOnHost(here, folder.resolve("still-state"))) {
      here.forwarding(false);
      assertThat(still.tcp("out", FakeMachine.INTERNET, 80))
          .startsWith("lost: a sandbox could not be made ready for out@")
          .contains("sysctl -w net.ipv4.ip_forward=1", "the handler was not run");
      here.forwarding(true);
      here.inHost("ip route del default");
      assertThat(still.tcp("out", FakeMachine.INTERNET, 80)).contains("no default route");
      here.inHost("ip route add default via 203.0.113.1");
      assertThat(still.tcp("out", FakeMachine.INTERNET, 80)).contains("reached:");
    }
  }

  /// Connects to the host's end of the cable, once both ends have their addresses of version 6: an
  /// interface first makes sure for a second or two that nobody else has it.
  private static String tcpByVersion6(FakeMachine machine, WorkerOnHost worker) throws Exception {
    long giveUp = System.nanoTime() + 20_000_000_000L;
    String answer;
    boolean tentative;
    do {
      tentative = !machine.inHost("ip -6 -o address show tentative").isBlank();
      answer = worker.tcp("out", "fe80::ff:fe00:1", 8080);
    } while ((tentative || answer.contains("EADDRNOTAVAIL")) && System.nanoTime() - giveUp < 0);
    return answer;
  }

  private static String address(String function) throws Exception {
    return worker.call(function, "{'do':'address'}").replaceFirst("^\"?reached: ([0-9.]+).*", "$1");
  }

  /// Interfaces, routes and rules of the host.
  private static String footprint(FakeMachine machine) throws Exception {
    return machine.inHost(
        "ip -o link | cut -d: -f2; ip route; ip neighbour show nud permanent; nft list tables");
  }

  private static String connect(String host, int port) {
    return "python3 -c 'import socket; print(socket.create_connection((\"%s\", %d)).recv(99))'"
        .formatted(host, port);
  }

  /// A command that tells what has arrived at the internet.
  private static String askEverything() {
    return """
    python3 -c '
    import socket
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.sendto(b"last", ("203.0.113.1", 9999))
    print(s.recv(2048))'
    """;
  }

  /// A program that sends one datagram to the internet with any source address.
  private static String rawUdp(String source, String text) {
    return """
    import socket, struct
    text = b"%s"
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(text), 1, 0, 64, 17, 0,
        socket.inet_aton("%s"), socket.inet_aton("203.0.113.1"))
    udp = struct.pack(">HHHH", 5000, 9999, 8 + len(text), 0)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(ip + udp + text, ("203.0.113.1", 0))
    """
        .formatted(text, source);
  }
}
