package org.openlambda.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.openlambda.core.time.Patience;
import org.openlambda.core.time.Time;

class DoorTest {
  /// Answers at once, on threads that the event loop carries.
  private static final class Light implements Handler {
    @Override
    public void handle(Exchange exchange) {
      exchange.answer(200, List.of(), new byte[0]);
    }

    @Override
    public boolean isLight(String path) {
      return true;
    }

    @Override
    public long bodyLimit(String authority, String method, String path) {
      return 0;
    }
  }

  private static int status(HttpClient client, Door door) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + door.port() + "/");
    var asked =
        client.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding());
    try {
      return asked.get(Patience.ofSeconds(5), TimeUnit.SECONDS).statusCode();
    } catch (TimeoutException | ExecutionException e) {
      asked.cancel(true);
      return 0;
    }
  }

  /// An event loop that waits for a lock behind a thread that it carries waits for ever.
  @Test
  void an_event_loop_waits_for_no_lock_of_the_door() throws Exception {
    var config =
        new DoorConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Set.of(),
            DoorLimits.DEFAULT);
    try (var door = Door.open(config, new Light(), Time.system());
        var client = HttpClient.newHttpClient()) {
      synchronized (door) {
        assertThat(status(client, door)).isEqualTo(200);
        assertThat(status(client, door)).isEqualTo(200);
      }
      assertThat(door.drain(Duration.ofSeconds(5))).isTrue();
      assertThat(door.running()).isZero();
      client.shutdownNow();
    }
  }
}
