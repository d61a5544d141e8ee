package org.openlambda.linux.fd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// The small text files the kernel makes up: `/proc`, `/sys`, cgroups. Each is opened, used and
/// closed in one go, which takes 5 to 10 µs; `java.nio.file.Files` promises nothing about how many
/// writes it makes.
public final class KernelFile {
  private static final int CHUNK = 4096;

  private KernelFile() {}

  /// Writes the text with exactly one `write(2)`, as `uid_map` and the files of cgroups want it.
  ///
  /// @throws LinuxException if the file cannot be opened or does not take the text
  public static void write(String path, String text) {
    try (Calls calls = Calls.confined();
        Fd file = Fd.openPath(path, Fd.O_WRONLY)) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment data = calls.bytes(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, data, JAVA_BYTE, 0, bytes.length);
      long written =
          calls.attemptUninterrupted(Syscall.WRITE, file.number(), data.address(), bytes.length);
      if (written < 0) {
        throw new LinuxException("write '" + text.strip() + "' to " + path, (int) -written);
      }
    }
  }

  /// As [#write(String, String)].
  public static void write(Path path, String text) {
    write(path.toString(), text);
  }

  /// The whole text of the file.
  ///
  /// @throws LinuxException if the file cannot be opened or read
  public static String read(String path) {
    try (Calls calls = Calls.confined();
        Fd file = Fd.openPath(path, Fd.O_RDONLY)) {
      MemorySegment chunk = calls.bytes(CHUNK);
      var text = new ByteArrayOutputStream(CHUNK);
      while (true) {
        long count =
            calls.attemptUninterrupted(Syscall.READ, file.number(), chunk.address(), CHUNK);
        if (count < 0) {
          throw new LinuxException("read " + path, (int) -count);
        }
        if (count == 0) {
          return text.toString(StandardCharsets.UTF_8);
        }
        text.writeBytes(chunk.asSlice(0, count).toArray(JAVA_BYTE));
      }
    }
  }

  /// As [#read(String)].
  public static String read(Path path) {
    return read(path.toString());
  }
}
