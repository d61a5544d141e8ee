package org.openlambda.linux.fd;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// Both ends of a new pipe (`pipe2(2)`), owned by the caller.
///
/// @param read is at its end when every copy of `write` is closed
/// @param write holds 64 KiB before a writer waits
public record Pipe(Fd read, Fd write) implements AutoCloseable {
  /// @throws LinuxException with `EMFILE` if the process has no descriptor left
  public static Pipe open() {
    try (Calls calls = Calls.confined()) {
      MemorySegment pair = calls.bytes(8);
      calls.call(Syscall.PIPE2, "", pair.address(), Calls.CLOEXEC);
      return new Pipe(Fd.of(pair.get(JAVA_INT, 0)), Fd.of(pair.get(JAVA_INT, 4)));
    }
  }

  /// Closes both ends, as far as they are still open.
  @Override
  public void close() {
    read.close();
    write.close();
  }
}
