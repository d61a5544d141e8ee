package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

/// The end of a function's newest segment, where it grows. What was added is written by [#flush].
/// For the thread that writes.
final class SegmentTail implements AutoCloseable {
  /// Numbers that streams can have; 0 is none.
  private static final int STREAMS = 256;

  private static final int LONGEST_STREAM = 512;

  private static final Set<StandardOpenOption> FRESH =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);

  /// An item, and the name of its stream.
  private static final int MOST_AT_ONCE = 2 * Frames.MOST;

  private final long key;
  private final Segment segment;
  private final FileChannel channel;
  private final ByteBuffer out;

  /// The streams that have a number now; a new one takes the number that was given longest ago.
  private final Map<String, Integer> numbers = new HashMap<>();

  private final @Nullable String[] names = new @Nullable String[STREAMS];
  private int lastNumber;

  /// The calls that are marked already in this window of the file.
  private final Set<UUID> marked = new HashSet<>();

  private long window = -1;
  private @Nullable RequestId lastId;
  private @Nullable UUID lastCall;
  private final List<Calls.Mark> marks = new ArrayList<>();
  private int added;
  private long lastMillis;

  private SegmentTail(long key, Segment segment, FileChannel channel, ByteBuffer out) {
    this.key = key;
    this.segment = segment;
    this.channel = channel;
    this.out = out.clear();
    this.lastMillis = segment.lastMillis();
  }

  /// Opens a segment to add to it: one that is not there is made, the torn end of one that a crash
  /// has left is cut off.
  ///
  /// @param key of the function
  /// @param out what is added waits in it; used by this alone until it is closed
  static SegmentTail open(long key, Segment segment, ByteBuffer out) throws IOException {
    if (segment.length() == 0) {
      var fresh = new SegmentTail(key, segment, fresh(segment.file()), out);
      out.put(Frames.MAGIC);
      return fresh;
    }
    FileChannel channel =
        FileChannel.open(segment.file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!segment.isWhole()) {
        channel.truncate(wholeFrames(segment));
        channel.write(ByteBuffer.wrap(Frames.MAGIC), 0);
        segment.grown(channel.size(), segment.lastMillis());
      }
      return new SegmentTail(key, segment, channel, out);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// An empty file, in a folder that is mostly there.
  private static FileChannel fresh(Path file) throws IOException {
    try {
      return FileChannel.open(file, FRESH);
    } catch (NoSuchFileException e) {
      Files.createDirectories(file.getParent());
      return FileChannel.open(file, FRESH);
    }
  }

  /// What is left of it without a torn end.
  private static long wholeFrames(Segment segment) throws IOException {
    if (segment.length() < Frames.MAGIC.length) {
      return 0;
    }
    try (var reader = SegmentReader.open(segment)) {
      while (reader.next() != null) {
        // it is whole
      }
      return reader.position();
    }
  }

  Segment segment() {
    return segment;
  }

  /// How long the segment will be.
  long length() {
    return segment.length() + out.position();
  }

  /// Whether [#flush] is due before anything can be added.
  boolean isFull() {
    return out.remaining() < MOST_AT_ONCE;
  }

  void add(Item item) {
    UUID call = call(item.invocation());
    switch (item) {
      case Item.Line(LogLine line) -> {
        int stream = number(line.stream());
        mark(call);
        byte[] text = cut(line.text()).getBytes(StandardCharsets.UTF_8);
        Frames.line(out, stream, EntryCodec.nanos(line.at()), call, text);
      }
      case Item.End(var entry) -> {
        mark(call);
        Frames.end(out, call, entry);
      }
    }
    added++;
    lastMillis = Math.max(lastMillis, item.at().toEpochMilli());
  }

  /// Lines of a call mostly come one after another.
  private UUID call(RequestId id) {
    UUID known = lastCall;
    if (known != null && id.equals(lastId)) {
      return known;
    }
    UUID call = UUID.fromString(id.text());
    lastId = id;
    lastCall = call;
    return call;
  }

  private static String cut(String text) {
    return text.length() <= LogLine.LONGEST ? text : text.substring(0, LogLine.LONGEST);
  }

  /// The number of a stream, which is written if it is new.
  private int number(String stream) {
    if (stream.isEmpty() || stream.length() > LONGEST_STREAM) {
      return 0;
    }
    Integer known = numbers.get(stream);
    if (known != null) {
      return known;
    }
    lastNumber = lastNumber % (STREAMS - 1) + 1;
    String before = names[lastNumber];
    if (before != null) {
      numbers.remove(before);
    }
    names[lastNumber] = stream;
    numbers.put(stream, lastNumber);
    Frames.stream(out, lastNumber, stream.getBytes(StandardCharsets.UTF_8));
    return lastNumber;
  }

  /// A call is marked once in each window: whoever looks for it reads no more than that.
  private void mark(UUID call) {
    long offset = length();
    if (offset / Calls.WINDOW != window) {
      window = offset / Calls.WINDOW;
      marked.clear();
    }
    if (marked.add(call)) {
      marks.add(new Calls.Mark(call, new Calls.Place(key, segment.number(), (int) offset)));
    }
  }

  /// Writes what was added. The index first: a process that is killed in between has left no line
  /// that cannot be found.
  ///
  /// @return how many items that were
  /// @throws IOException if it cannot be written: it is lost, and this is to be closed
  int flush(Calls calls) throws IOException {
    int written = added;
    if (written == 0) {
      return 0;
    }
    calls.add(marks);
    long length = length();
    out.flip();
    try {
      long at = segment.length();
      while (out.hasRemaining()) {
        at += channel.write(out, at);
      }
    } catch (IOException e) {
      channel.truncate(segment.length());
      throw e;
    }
    segment.grown(length, lastMillis);
    out.clear();
    marks.clear();
    added = 0;
    return written;
  }

  /// What was not flushed is lost.
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
