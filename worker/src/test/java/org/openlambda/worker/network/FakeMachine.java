package org.openlambda.worker.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A host and an internet, both private: two network namespaces and a cable between them.
///
///     host                        internet
///     up0  203.0.113.2/24  ──────  i0  203.0.113.1/24, 169.254.169.254, 192.168.7.1, 10.53.0.1
///     TCP 8080, UDP 53             TCP 80, name servers, UDP 9999
///
/// The machine's own network is not touched. Everything here ends with its standard input, so also
/// with a killed test.
final class FakeMachine implements AutoCloseable {
  static final String HOST = "203.0.113.2";
  static final String INTERNET = "203.0.113.1";

  private final List<Process> processes = new ArrayList<>();
  private final Process host;
  private final Path resolvConf;

  FakeMachine(Path folder) throws Exception {
    host = start("unshare", "--net", "sh", "-c", "echo ready; exec cat");
    Process internet = start("unshare", "--net", "sh", "-c", "echo ready; exec cat");
    resolvConf =
        Files.writeString(
            folder.resolve("resolv.conf"), "nameserver 10.53.0.1\nnameserver 203.0.113.2\n");
    inHost("ip link add up0 type veth peer name i0 netns " + internet.pid());
    in(
        internet,
        """
        for a in 203.0.113.1/24 169.254.169.254/32 192.168.7.1/32 10.53.0.1/32; do
          ip address add $a dev i0
        done
        ip link set lo up; ip link set i0 up
        """);
    inHost(
        """
        ip link set lo up; ip address add 203.0.113.2/24 dev up0; ip link set up0 up
        ip route add default via 203.0.113.1
        """);
    forwarding(true);
    start(enter(internet, "python3", resource("services.py"), "80"));
    start(enter(host, "python3", resource("services.py"), "8080"));
  }

  void forwarding(boolean on) throws Exception {
    inHost("echo " + (on ? 1 : 0) + " > /proc/sys/net/ipv4/ip_forward");
  }

  /// Runs a shell script on the host and returns what it prints.
  ///
  /// @throws IOException with what it printed if it fails
  String inHost(String script) throws Exception {
    return in(host, script);
  }

  /// Runs a program in the network of a process, as root.
  static String in(long pid, String... command) throws Exception {
    var line = new ArrayList<>(List.of("nsenter", "--net", "--target", Long.toString(pid)));
    line.addAll(List.of(command));
    Process program = new ProcessBuilder(line).redirectErrorStream(true).start();
    String text = new String(program.getInputStream().readAllBytes(), UTF_8);
    if (program.waitFor() != 0) {
      throw new IOException(String.join(" ", line) + ": " + text);
    }
    return text;
  }

  /// The command line that runs a program on the host, with the host's name servers.
  String[] onHost(String... command) {
    var line =
        new ArrayList<>(
            List.of(
                enter(
                    host,
                    "unshare",
                    "--mount",
                    "--propagation",
                    "private",
                    "sh",
                    "-c",
                    "mount --bind " + resolvConf + " /etc/resolv.conf && exec \"$@\"",
                    "sh")));
    line.addAll(List.of(command));
    return line.toArray(String[]::new);
  }

  static String resource(String name) throws Exception {
    var url = FakeMachine.class.getResource("/network/" + name);
    if (url == null) {
      throw new IOException("no resource " + name);
    }
    return Path.of(url.toURI()).toString();
  }

  private Process start(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    if (process.inputReader().readLine() == null) {
      throw new IOException(String.join(" ", command) + " ended at once");
    }
    return process;
  }

  private static String in(Process place, String script) throws Exception {
    return in(place.pid(), "sh", "-ec", script);
  }

  private static String[] enter(Process place, String... command) {
    var line = new ArrayList<>(List.of("nsenter", "--net", "--target", "" + place.pid()));
    line.addAll(List.of(command));
    return line.toArray(String[]::new);
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes.reversed()) {
      process.getOutputStream().close();
      process.onExit().join();
    }
  }
}
