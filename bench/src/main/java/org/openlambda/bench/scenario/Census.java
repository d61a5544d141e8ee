package org.openlambda.bench.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openlambda.bench.machine.ServerProcess;

/// Counts what a server holds, as its `/debug` says, and the memory that the machine has left.
final class Census {
  private Census() {}

  /// Sandboxes that belong to functions, without those that wait for work.
  ///
  /// @param prefix of the functions that are counted
  static long of(ServerProcess server, String prefix) throws IOException, InterruptedException {
    URI debug = URI.create("http://127.0.0.1:" + server.address().getPort() + "/debug");
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(debug).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("sandbox ") && line.contains(": " + prefix))
          .count();
    }
  }

  /// Megabytes that processes could have, caches given up (`MemAvailable`).
  static long availableMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("/proc/meminfo says nothing of available memory");
  }
}
