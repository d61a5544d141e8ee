package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.FunctionId;

/// All that is kept of one function. Changed by the thread that writes, read by any.
final class FunctionLog {
  private final FunctionId function;
  private final Path folder;
  private final long key;

  /// The oldest first; replaced as a whole.
  private volatile List<Segment> segments;

  /// Where the newest grows, if it was opened; the writer's.
  private @Nullable SegmentTail tail;

  /// @param folder of its account
  /// @param found what an earlier start has left of it, in any order
  FunctionLog(FunctionId function, Path folder, List<Segment> found) {
    this.function = function;
    this.folder = folder;
    this.key = key(function);
    this.segments = found.stream().sorted(Comparator.comparingInt(Segment::number)).toList();
  }

  /// Half of the MD5 of the name: what the index knows it by. Two functions with the same one would
  /// cost a look at a wrong place, and nothing else.
  private static long key(FunctionId function) {
    byte[] name = function.toString().getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).getMostSignificantBits();
  }

  FunctionId function() {
    return function;
  }

  long key() {
    return key;
  }

  List<Segment> segments() {
    return segments;
  }

  Optional<Segment> segment(int number) {
    return segments.stream().filter(segment -> segment.number() == number).findFirst();
  }

  /// What it takes of the disk.
  long bytes() {
    return segments.stream().mapToLong(Segment::bytes).sum();
  }

  /// When its newest line was printed, in milliseconds since 1970; 0 if it has none.
  long lastMillis() {
    return segments.isEmpty() ? 0 : segments.getLast().lastMillis();
  }

  boolean isOpen() {
    return tail != null;
  }

  /// Where to add, in a segment that is neither too large nor too old; what was added to the last
  /// one is written.
  ///
  /// @param nowMillis when the next line was printed
  /// @param out see [SegmentTail#open]
  SegmentTail tail(LogBounds bounds, long nowMillis, ByteBuffer out) throws IOException {
    List<Segment> before = segments;
    boolean fresh = before.isEmpty() || isDone(before.getLast(), bounds, nowMillis);
    if (fresh) {
      closeTail();
      int number = before.isEmpty() ? 1 : before.getLast().number() + 1;
      var next = Segment.next(folder, function.name(), number, nowMillis);
      tail = SegmentTail.open(key, next, out);
      var after = new ArrayList<>(before);
      after.add(next);
      segments = List.copyOf(after);
    }
    SegmentTail open = tail == null ? SegmentTail.open(key, before.getLast(), out) : tail;
    tail = open;
    return open;
  }

  private static boolean isDone(Segment segment, LogBounds bounds, long nowMillis) {
    return segment.length() >= bounds.segmentBytes()
        || nowMillis - segment.firstMillis() > bounds.segmentMillis();
  }

  /// Closes the newest segment; what was not written is lost.
  void closeTail() throws IOException {
    SegmentTail open = tail;
    tail = null;
    if (open != null) {
      open.close();
    }
  }

  /// Drops the oldest segment.
  void dropOldest() throws IOException {
    List<Segment> before = segments;
    if (before.size() == 1) {
      closeTail();
    }
    segments = List.copyOf(before.subList(1, before.size()));
    Files.deleteIfExists(before.getFirst().file());
  }
}
