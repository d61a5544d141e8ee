package org.openlambda.cli.terminal;

import java.util.concurrent.TimeUnit;

/// How much of an upload has gone out, on one line of a terminal that is written again and again,
/// and is gone at the end; where no person watches, nothing.
///
///     uploading [########                ]  34 %, 9.1 of 27.0 MB
///
/// Of several threads, one at a time.
public final class Progress implements AutoCloseable {
  /// Bytes of an upload that is shown; a smaller one is over before anybody could read it.
  public static final long LEAST = 1 << 20;

  private static final int CELLS = 24;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Output err;
  private final long total;
  private long drawnNanos;
  private int width;

  private Progress(Output err, long total) {
    this.err = err;
    this.total = total;
    this.drawnNanos = System.nanoTime() - PAUSE_NANOS;
  }

  /// @param total in bytes; 0 or less if that is not known
  public static Progress of(Output err, long total) {
    return new Progress(err, err.tty().terminal() && total >= LEAST ? total : 0);
  }

  /// Shows that so many bytes have gone out by now.
  public synchronized void reached(long bytes) {
    boolean last = bytes >= total;
    long now = System.nanoTime();
    if (total == 0 || (!last && now - drawnNanos < PAUSE_NANOS)) {
      return;
    }
    drawnNanos = now;
    int cells = (int) (CELLS * bytes / total);
    String bar = "#".repeat(cells) + " ".repeat(CELLS - cells);
    String line =
        "uploading [%s] %3d %%, %.1f of %.1f MB"
            .formatted(bar, 100 * bytes / total, bytes / 1e6, total / 1e6);
    width = Math.max(width, line.length());
    draw(line);
  }

  private void draw(String line) {
    err.stream().print("\r" + line);
    err.stream().flush();
  }

  /// Takes the line away.
  @Override
  public synchronized void close() {
    if (width > 0) {
      draw(" ".repeat(width) + "\r");
      width = 0;
    }
  }
}
