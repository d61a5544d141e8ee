package org.openlambda.server.tenancy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One process of this machine, for good: numbers of processes are given again, their starts are
/// not.
///
/// @param pid its number
/// @param started in clock ticks after the machine's start (proc(5), `stat`, field 22)
/// @param boot which start of the machine (`/proc/sys/kernel/random/boot_id`)
public record ProcessMark(long pid, long started, String boot) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /// Places of the fields of `stat` behind the name, which may hold anything, in its parentheses.
  private static final int STATE = 0;

  private static final int STARTED = 19;

  public static ProcessMark ofThisProcess() throws IOException {
    return of(ProcessHandle.current().pid());
  }

  /// The process that has this number now.
  static ProcessMark of(long pid) throws IOException {
    return new ProcessMark(pid, Long.parseLong(fields(pid).get(STARTED)), currentBoot());
  }

  private static String currentBoot() throws IOException {
    return Files.readString(BOOT).strip();
  }

  private static List<String> fields(long pid) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
    String stat = new String(bytes, StandardCharsets.ISO_8859_1);
    return List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" "));
  }

  /// Whether this very process goes on; one that has ended and is only listed until its parent asks
  /// (a zombie) does not.
  public boolean isAlive() {
    try {
      List<String> fields = fields(pid);
      return boot.equals(currentBoot())
          && Long.parseLong(fields.get(STARTED)) == started
          && !fields.get(STATE).matches("[ZX]");
    } catch (IOException gone) {
      return false;
    }
  }

  /// As [#json] has it, without the library: a start says who it is before that is loaded.
  String text() {
    return "{\"pid\":" + pid + ",\"started\":" + started + ",\"boot\":\"" + boot + "\"}";
  }

  ObjectNode json() {
    return JsonMapper.shared()
        .createObjectNode()
        .put("pid", pid)
        .put("started", started)
        .put("boot", boot);
  }

  /// @return one that is not alive, if the document names none
  static ProcessMark of(JsonNode json) {
    return new ProcessMark(
        json.path("pid").asLong(0), json.path("started").asLong(0), json.path("boot").asString(""));
  }
}
