package org.openlambda.tests.endurance;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// Kills, from outside, every sandbox in which a function called `victim` runs, on a thread of its
/// own. What stops it is said when it is closed.
final class Reaper implements AutoCloseable {
  private static final Pattern VICTIM =
      Pattern.compile("sandbox (\\d+): victim@\\S+\\n  state: running");
  private static final long PAUSE_NANOS = 20_000_000;

  private final Kin kin;
  private final Http http;
  private final Set<Long> killed = new HashSet<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile String failure = "";

  Reaper(Server server) {
    this.kin = new Kin(server);
    this.http = server.http();
    this.thread = Thread.ofPlatform().name("reaper").daemon().start(this::work);
  }

  private void work() {
    try {
      while (!closed) {
        Matcher victims = VICTIM.matcher(http.get("/debug").body());
        while (victims.find()) {
          kill(Long.parseLong(victims.group(1)));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      failure = e.toString();
      Thread.currentThread().interrupt();
    }
  }

  private void kill(long id) throws IOException {
    if (killed.add(id)) {
      kin.sandbox(id).ifPresentOrElse(ProcessHandle::destroyForcibly, () -> killed.remove(id));
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
    if (!failure.isEmpty()) {
      throw new IllegalStateException("the reaper stopped: " + failure);
    }
  }
}
