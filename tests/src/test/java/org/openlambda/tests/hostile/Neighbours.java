package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The host's network, and another sandbox of the same zygote beside the attacker.
final class Neighbours {
  private Neighbours() {}

  static List<Attack> attacks() {
    return List.of(
        Attack.inside("network.host_ports", "net namespace"),
        new Attack("network.host_sockets", "net and mount namespaces", Neighbours::hostSockets),
        Attack.inside("network.families", "seccomp"),
        Attack.inside("network.raw", "capabilities, seccomp"),
        Attack.inside("network.reconfigure", "capabilities"),
        beside("neighbours.listing", "pid namespace"),
        beside("neighbours.signals", "pid namespace, uid"),
        beside("neighbours.memory", "seccomp, pid namespace"),
        beside("neighbours.meddling", "pid namespace, uid"),
        beside("neighbours.sockets", "net namespace, own /tmp"),
        beside("neighbours.files", "own /tmp"),
        beside("neighbours.zygote_socket", "closed descriptors"));
  }

  /// An attack on a victim that runs meanwhile, told all numbers of the host that could help it.
  private static Attack beside(String function, String layer) {
    return new Attack(
        function,
        layer,
        stage -> {
          try (var victim = new Victim(stage)) {
            var event = new HashMap<String, Object>(Map.of("address", victim.address()));
            event.put("pids", processes(stage));
            String how = stage.attempts(function, event);
            assertThat(victim.noticed()).as("what the victim noticed").isEqualTo("[]");
            return how;
          }
        });
  }

  /// The worker itself, the bystander, the launchers and everything below them.
  private static List<Long> processes(Stage stage) {
    Stream<Long> inside =
        stage.worker().zygotes().stream()
            .flatMap(launcher -> ProcessHandle.of(launcher).stream())
            .flatMap(launcher -> Stream.concat(Stream.of(launcher), launcher.descendants()))
            .map(ProcessHandle::pid);
    Stream<Long> host = Stream.of(stage.bystander().pid(), ProcessHandle.current().pid());
    return Stream.concat(host, inside).limit(60).toList();
  }

  private static String hostSockets(Stage stage) throws Exception {
    return stage.attempts("network.host_sockets", Map.of("sockets", sockets(stage)));
  }

  /// Names that sockets in the worker's own folder have or could have: links have none.
  private static List<String> sockets(Stage stage) throws IOException {
    Path folder = stage.canary().resolveSibling("state").resolve("sockets");
    if (!Files.isDirectory(folder)) {
      return List.of(folder + "/link");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return Stream.concat(files.map(Path::toString), Stream.of(folder + "/link")).toList();
    }
  }
}
