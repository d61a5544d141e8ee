package org.openlambda.tests.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.time.Patience;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A sandbox that holds what a neighbour could take, and says what reached it.
final class Victim implements AutoCloseable {
  private static final long PATIENCE_SECONDS = Patience.ofSeconds(20);

  /// Lines it streamed; the caller takes them, so that the handler is held back in between.
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(4);

  private final Thread call;
  private final JsonNode facts;
  private volatile boolean enough;

  /// Starts it and waits until it offers everything.
  Victim(Stage stage) throws IOException, InterruptedException {
    Version version = Stage.attacker();
    call =
        Thread.ofVirtual()
            .start(() -> {
              Outcome outcome =
                  stage.call(version, Map.of("attack", "neighbours.victim"), new Reader());
              lines.offer("ended: " + outcome);
            });
    facts = new ObjectMapper().readTree(take());
  }

  private final class Reader implements Reply {
    @Override
    public void start(int status, List<Header> headers) {}

    @Override
    public void write(byte[] piece) throws IOException {
      try {
        for (String line : new String(piece, StandardCharsets.UTF_8).split("\n")) {
          while (!lines.offer(line, 10, TimeUnit.MILLISECONDS)) {
            if (enough) {
              throw new IOException("the test has seen enough");
            }
          }
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void whenGone(Runnable action) {}
  }

  private String take() throws InterruptedException {
    String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("the victim said nothing for " + PATIENCE_SECONDS + " s");
    }
    return line;
  }

  /// Where its secret lies in its memory.
  long address() {
    return facts.get("address").asLong();
  }

  /// What reached it until now, as a JSON list; the lines before are from before.
  String noticed() throws InterruptedException {
    lines.clear();
    for (int old = 0; old < 6; old++) { // one in the hand of the writer, some on the wire
      take();
    }
    return take();
  }

  @Override
  public void close() {
    enough = true;
    try {
      call.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
