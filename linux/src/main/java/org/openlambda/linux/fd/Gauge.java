package org.openlambda.linux.fd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// A number in a small text file of the kernel that is read again and again: the file stays open
/// from the first reading on, if there is allowance for it, and further readings are one
/// `pread(2)`, under 1 µs instead of the 6 to 9 of [KernelFile].
///
/// *Threads*: any. Nothing here waits.
public final class Gauge implements AutoCloseable {
  /// Enough for the first lines of `cpu.stat`.
  private static final int READ = 256;

  private final String path;
  private final String key;
  private final OpenGauges allowance;

  /// Guarded by this.
  private @Nullable Fd open;

  /// Of a file that holds one number.
  public Gauge(String path, OpenGauges allowance) {
    this(path, "", allowance);
  }

  /// Of a file of lines `word number`, of which the one with this word is read; it has to be among
  /// the first.
  public Gauge(String path, String key, OpenGauges allowance) {
    this.path = path;
    this.key = key;
    this.allowance = allowance;
  }

  /// The number now.
  ///
  /// @throws LinuxException with `ENODEV` if what the file speaks of is gone, with `ENOENT` if it
  ///   was before the file was opened
  public synchronized long read() {
    @Nullable Fd kept = open;
    if (kept != null) {
      return read(kept);
    }
    Fd file = Fd.openPath(path, Fd.O_RDONLY);
    if (allowance.mayStayOpen()) {
      open = file;
      return read(file);
    }
    try (file) {
      return read(file);
    }
  }

  private long read(Fd file) {
    try (Calls calls = Calls.confined()) {
      MemorySegment text = calls.bytes(READ);
      long size = calls.call(Syscall.PREAD64, path, file.number(), text.address(), READ, 0);
      int at = start(text, size);
      long number = 0;
      for (int i = at; i < size && isDigit(text.get(JAVA_BYTE, i)); i++) {
        number = number * 10 + (text.get(JAVA_BYTE, i) - '0');
      }
      return number;
    }
  }

  /// Where the number begins.
  private int start(MemorySegment text, long size) {
    for (int line = 0; line < size; line++) {
      if ((line == 0 || text.get(JAVA_BYTE, line - 1) == '\n') && startsWithKey(text, line, size)) {
        return key.isEmpty() ? line : line + key.length() + 1;
      }
    }
    throw new IllegalStateException(path + " has no line of " + key);
  }

  private boolean startsWithKey(MemorySegment text, int at, long size) {
    if (at + key.length() >= size) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (text.get(JAVA_BYTE, at + i) != key.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte letter) {
    return letter >= '0' && letter <= '9';
  }

  /// Gives the file back; the next reading opens it again.
  @Override
  public synchronized void close() {
    @Nullable Fd kept = open;
    if (kept != null) {
      open = null;
      kept.close();
      allowance.closed();
    }
  }
}
