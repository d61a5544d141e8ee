package org.openlambda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where and when a measurement was made, as far as it bears on the figures; names no host.
record Machine(
    String kernel,
    int cores,
    long memoryMb,
    String processor,
    String java,
    double load,
    Instant at) {
  static Machine here() throws IOException {
    String memory = field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "");
    return new Machine(
        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(memory) / 1024,
        field("/proc/cpuinfo", "model name"),
        Runtime.version().toString(),
        Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String field(String file, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "0";
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("kernel", kernel);
    map.put("cores", cores);
    map.put("memory_mb", memoryMb);
    map.put("processor", processor);
    map.put("java", java);
    map.put("load_before", load);
    map.put("at", at.toString());
    return map;
  }
}
