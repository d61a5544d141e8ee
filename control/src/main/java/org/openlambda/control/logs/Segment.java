package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.core.function.FunctionName;

/// A file of lines of one function. Grown by the thread that writes, read by any.
final class Segment {
  /// Files take whole blocks.
  private static final long BLOCK = 4096;

  private static final Pattern NAME = Pattern.compile("(.+)-([0-9a-f]{8})-([0-9a-f]{12})\\.log");

  private final Path file;
  private final int number;
  private final long firstMillis;

  /// When the last line was printed, or written, in milliseconds since 1970.
  private volatile long lastMillis;

  /// What may be read: whole frames, except perhaps at the end of one that a crash has left.
  private volatile long length;

  /// Whether its end is known to be whole; the writer's.
  private boolean whole;

  private Segment(Path file, int number, long firstMillis, long lastMillis, long length) {
    this.file = file;
    this.number = number;
    this.firstMillis = firstMillis;
    this.lastMillis = lastMillis;
    this.length = length;
  }

  /// One that is not there yet.
  ///
  /// @param folder of the account
  static Segment next(Path folder, FunctionName function, int number, long firstMillis) {
    String name = "%s-%08x-%012x.log".formatted(function, number, Math.max(0, firstMillis));
    return new Segment(folder.resolve(name), number, firstMillis, firstMillis, 0);
  }

  /// One that an earlier start has left, and whose it is.
  record Found(FunctionName function, Segment segment) {}

  /// @return empty if the file is none
  static Optional<Found> found(Path file) throws IOException {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches() || !FunctionName.isValid(name.group(1))) {
      return Optional.empty();
    }
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      return Optional.empty();
    }
    var segment =
        new Segment(
            file,
            Integer.parseInt(name.group(2), 16),
            Long.parseLong(name.group(3), 16),
            attributes.lastModifiedTime().toMillis(),
            attributes.size());
    return Optional.of(new Found(new FunctionName(name.group(1)), segment));
  }

  Path file() {
    return file;
  }

  int number() {
    return number;
  }

  long firstMillis() {
    return firstMillis;
  }

  long lastMillis() {
    return lastMillis;
  }

  long length() {
    return length;
  }

  /// What it takes of the disk.
  long bytes() {
    return Math.ceilDiv(length, BLOCK) * BLOCK;
  }

  boolean isWhole() {
    return whole;
  }

  /// It has become longer, or was cut: now it is whole.
  void grown(long newLength, long newLastMillis) {
    whole = true;
    lastMillis = Math.max(lastMillis, newLastMillis);
    length = newLength;
  }
}
