package org.openlambda.bench.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where and when a measurement was made, as far as it bears on the figures; names no host.
///
/// @param pauses of the machine itself, before the run
/// @param load runnable processes before the run (average over a minute)
/// @param commit of the source, with `+` if files were changed; `unknown` outside a checkout
public record Machine(
    String kernel,
    int cores,
    long memoryMb,
    String processor,
    String java,
    String commit,
    double load,
    Pauses pauses,
    Instant at) {
  /// @param source a folder of the checkout
  public static Machine here(Path source) throws IOException, InterruptedException {
    String memory = field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "");
    return new Machine(
        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(memory) / 1024,
        field("/proc/cpuinfo", "model name"),
        Runtime.version().toString(),
        commit(source),
        loadNow(),
        Pauses.measure(Runtime.getRuntime().availableProcessors()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /// Runnable processes now, averaged over a minute.
  public static double loadNow() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  private static String commit(Path source) throws InterruptedException {
    String head = git(source, "rev-parse", "--short", "HEAD");
    String changed = git(source, "status", "--porcelain", "--untracked-files=no");
    return head.isEmpty() ? "unknown" : changed.isEmpty() ? head : head + "+";
  }

  private static String git(Path source, String... arguments) throws InterruptedException {
    var command = new ArrayList<>(List.of("git", "-C", source.toString()));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? said.strip() : "";
    } catch (IOException e) {
      return ""; // no git here
    }
  }

  private static String field(String file, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "0";
  }

  /// In one line, for people.
  public String toText() {
    return "Linux %s, %d cores (%s), %d MB, Java %s, commit %s, load %.2f before;\n%s"
        .formatted(kernel, cores, processor, memoryMb, java, commit, load, pauses.toText());
  }

  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("kernel", kernel);
    map.put("cores", cores);
    map.put("memory_mb", memoryMb);
    map.put("processor", processor);
    map.put("java", java);
    map.put("commit", commit);
    map.put("load_before", load);
    map.put("stands_still_share", pauses.share());
    map.put("stands_still_longest_ms", pauses.longestMs());
    map.put("at", at.toString());
    return map;
  }
}
