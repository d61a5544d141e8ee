package org.openlambda.server.tenancy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.openlambda.core.units.Bytes;

/// Keeps a log small that processes append to who know nothing of it: a thread looks at its size,
/// and when it is too large, copies it to `FILE.1`, in the place of what was there, and empties it.
/// What is written between the two is lost; what is written between two looks is more than allowed.
public final class BoundedLog implements Closeable {
  /// Of each of the two files.
  public static final Bytes MOST = Bytes.mebi(8);

  public static final Duration GLANCE = Duration.ofSeconds(1);

  private final Path file;
  private final Bytes most;
  private final Thread thread;

  /// @param file appended to (`O_APPEND`) by whoever writes
  public BoundedLog(Path file, Bytes most, Duration glance) {
    this.file = file;
    this.most = most;
    this.thread = Thread.ofVirtual().name("server.log").start(() -> look(glance));
  }

  private void look(Duration glance) {
    try {
      while (true) {
        Thread.sleep(glance);
        cut();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void cut() {
    try {
      if (Files.size(file) > most.count()) {
        Path partial = Path.of(file + ".partial");
        Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
        Files.move(partial, Path.of(file + ".1"), StandardCopyOption.ATOMIC_MOVE);
        try (var open = FileChannel.open(file, StandardOpenOption.WRITE)) {
          open.truncate(0);
        }
      }
    } catch (IOException e) {
      System.err.println("ol up: " + file + " cannot be cut: " + e); // and is tried again
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
