package org.openlambda.cli.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Connections to servers, kept as long as a command runs. Any thread.
public final class Connections {
  /// How long a server may take to accept a connection.
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration END = Duration.ofMillis(500);
  private static final String PLAIN = "http";

  /// By the scheme. Guarded by this class.
  private static final Map<String, HttpClient> OPEN = new HashMap<>();

  private Connections() {}

  /// What sends requests to an address.
  static synchronized HttpClient to(URI address) {
    return OPEN.computeIfAbsent(address.getScheme(), Connections::open);
  }

  private static HttpClient open(String scheme) {
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    return (scheme.equals(PLAIN) ? client.sslContext(new NoTls()) : client).build();
  }

  /// Ends them; more can be made. Blocks for a second at the most. The JVM waits 0.3 s for a thread
  /// that waits for a socket when it exits.
  public static synchronized void close() {
    for (HttpClient client : OPEN.values()) {
      client.shutdownNow();
      try {
        var _ = client.awaitTermination(END);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    OPEN.clear();
  }
}
