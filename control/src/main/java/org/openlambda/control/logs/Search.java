package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.logs.Frames.Frame;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;

/// Finds lines in segments. Any thread; blocks on the disk. A segment that makes room for newer
/// ones meanwhile is passed over.
final class Search {
  private final Shelf shelf;
  private final Calls calls;
  private final long mostRead;

  /// @param mostRead bytes of segments that one question may read, about
  Search(Shelf shelf, Calls calls, long mostRead) {
    this.shelf = shelf;
    this.calls = calls;
    this.mostRead = mostRead;
  }

  /// A line and where it is.
  private record Found(LogLine line, Position position) {
    private static final Comparator<Found> BY_TIME =
        Comparator.comparing((Found found) -> found.line.at()).thenComparing(Found::position);
  }

  /// Passes on what is kept of a call, in the order in which it was written.
  void ofCall(RequestId id, BiConsumer<FunctionId, Frame> taker) throws IOException {
    UUID call;
    try {
      call = UUID.fromString(id.text());
    } catch (IllegalArgumentException e) {
      return; // nobody here has made it
    }
    for (Calls.Place place : calls.find(call)) {
      Optional<FunctionLog> log = shelf.find(place.key());
      Optional<Segment> segment = log.flatMap(known -> known.segment(place.segment()));
      if (segment.isPresent()) {
        FunctionId function = log.get().function();
        window(segment.get(), place.offset(), call, frame -> taker.accept(function, frame));
      }
    }
  }

  private static void window(Segment segment, int offset, UUID call, Consumer<Frame> taker)
      throws IOException {
    try (var reader = SegmentReader.at(segment, offset)) {
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        if (reader.offset() / Calls.WINDOW != offset / Calls.WINDOW) {
          return;
        }
        UUID of =
            switch (frame) {
              case Frame.Line line -> line.call();
              case Frame.End end -> end.call();
              case Frame.Stream _ -> throw new IllegalStateException("streams are not passed on");
            };
        if (of.equals(call)) {
          taker.accept(frame);
        }
      }
    } catch (NoSuchFileException e) {
      // it has made room for newer ones
    }
  }

  /// The line that a frame is, or null.
  static @Nullable LogLine line(FunctionId function, Frame frame, String stream) {
    return frame instanceof Frame.Line(_, long atNanos, UUID call, String text)
        ? new LogLine(
            new RequestId(call.toString()), function, EntryCodec.instant(atNanos), text, stream)
        : null;
  }

  /// The newest lines that are wanted, oldest first; reads what was written last first, and no more
  /// than so many bytes.
  List<LogLine> newest(Selection selection, int limit) throws IOException {
    var newest = new PriorityQueue<>(Found.BY_TIME);
    long left = mostRead;
    for (Part part : parts(selection)) {
      Instant last = Instant.ofEpochMilli(part.segment.lastMillis() + 1);
      boolean old = selection.since().map(last::isBefore).orElse(false);
      boolean full = newest.size() >= limit && newest.element().line.at().isAfter(last);
      if (old || full || left <= 0) {
        break;
      }
      left -= part.segment.length();
      read(
          part.function,
          part.segment,
          (line, position) -> {
            if (selection.takes(line)) {
              newest.add(new Found(line, position));
              if (newest.size() > limit) {
                newest.remove();
              }
            }
            return true;
          });
    }
    var lines = new ArrayList<LogLine>(newest.size());
    while (!newest.isEmpty()) {
      lines.add(newest.remove().line);
    }
    return lines;
  }

  private record Part(FunctionId function, Segment segment) {
    private static final Comparator<Part> BY_TIME =
        Comparator.comparingLong((Part part) -> part.segment.lastMillis())
            .thenComparingInt(part -> part.segment.number());
  }

  /// What may have wanted lines, what was written last first.
  private List<Part> parts(Selection selection) {
    return logs(selection)
        .flatMap(log -> log.segments().stream().map(segment -> new Part(log.function(), segment)))
        .sorted(Part.BY_TIME.reversed())
        .toList();
  }

  private Stream<FunctionLog> logs(Selection selection) {
    return selection.function().isPresent()
        ? shelf.find(new FunctionId(selection.account(), selection.function().get())).stream()
        : shelf.all().stream().filter(log -> log.function().account().equals(selection.account()));
  }

  /// Takes a line.
  interface Taker {
    /// @return whether to go on
    boolean take(LogLine line, Position position);
  }

  /// Passes the lines of a segment on.
  ///
  /// @return whether to go on with the next one
  static boolean read(FunctionId function, Segment segment, Taker taker) throws IOException {
    try (var reader = SegmentReader.open(segment)) {
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        String stream = frame instanceof Frame.Line line ? reader.stream(line.stream()) : "";
        LogLine line = line(function, frame, stream);
        if (line != null
            && !taker.take(line, new Position(segment.number(), (int) reader.offset()))) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      return true; // it has made room for newer ones
    }
  }
}
