package org.openlambda.tests.hostile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// An attack that must succeed when one layer is off, and fail when all are in force.
///
/// @param layer as `launcher/PROTOCOL.md` names it
/// @param attack `module.name`
/// @param more of the attack's event
/// @param most what an attack that counts may get
record Control(String layer, String attack, Map<String, ?> more, long most) {
  private static final Map<String, String> PLAIN = Map.of();
  private static final Map<String, ?> CANARY = Map.of("paths", List.of("/srv/canary"));
  private static final Map<String, ?> LINKS = Map.of("links", List.of("link"));
  private static final Map<String, ?> VICTIM = Map.of("after", "neighbours.victim");

  /// What a package that the zygote imports could try before there are sandboxes.
  static final String IN_ZYGOTE = "import kernel; sys.in_zygote = kernel.side_doors({})";

  static List<Control> all() {
    return List.of(
        noting("strict-filter", "escapes.clone_newuser", PLAIN),
        noting("strict-filter", "escapes.clone3_newuser", PLAIN),
        noting("zygote-filter", "kernel.in_zygote", PLAIN),
        noting("no-new-privs", "escapes.unshare", PLAIN),
        noting("no-new-privs", "kernel.side_doors", PLAIN),
        noting("no-new-privs", "kernel.keyrings", PLAIN),
        noting("no-new-privs", "kernel.ipc", PLAIN),
        noting("no-new-privs", "kernel.personality", PLAIN),
        noting("no-new-privs", "kernel.foreign_calls", PLAIN),
        noting("no-new-privs", "network.families", PLAIN),
        noting("no-new-privs", "neighbours.memory", PLAIN),
        noting("capabilities-drop", "network.raw", PLAIN),
        noting("capabilities-drop", "network.reconfigure", PLAIN),
        noting("uid", "files.root_only", PLAIN),
        noting("readonly-root", "files.careless", PLAIN),
        noting("nosuid-nodev", "files.devices", PLAIN),
        noting("mount-ns", "escapes.host_files", CANARY),
        noting("mount-ns", "escapes.bundle_link", LINKS),
        noting("pid-ns", "neighbours.listing", PLAIN),
        noting("pid-ns", "neighbours.signals", PLAIN),
        noting("net-ns", "neighbours.sockets", VICTIM),
        noting("proc-subset", "files.secrets_of_proc", PLAIN),
        new Control("rlimits", "hunger.descriptors", Map.of("most", 1000), 256),
        new Control("cgroup", "hunger.thread_bomb", Map.of("most", 200, "group", true), 40));
  }

  private static Control noting(String layer, String attack, Map<String, ?> more) {
    return new Control(layer, attack, more, 0);
  }

  Map<String, Object> event() {
    var event = new HashMap<String, Object>(more);
    event.put("attack", attack);
    return event;
  }

  /// Whether the attack achieved what it wanted.
  boolean succeeded(JsonNode answer) {
    return answer.has("won") ? !answer.get("won").isEmpty() : answer.asLong() > most;
  }

  /// Whether it was made, and achieved nothing.
  boolean contained(JsonNode answer) {
    boolean made = answer.has("won") ? !answer.get("refused").isEmpty() : answer.asLong() > 0;
    return made && !succeeded(answer);
  }

  /// What it achieved, in a few words.
  String success(JsonNode answer) {
    return answer.has("won")
        ? answer.get("won").get(0).asString().replaceAll("[^ -~]", "?")
        : answer.asLong() + " where " + most + " are allowed";
  }
}
