package org.openlambda.control.logs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.control.logs.LogStore.Stream;
import org.openlambda.core.function.FunctionId;

/// Tells when the lines of each stream were printed. Only the newest segment of a function grows;
/// what the others tell is remembered, so that they are read once. Any thread; blocks on the disk.
final class Streams {
  /// Of a function, those that were printed to last.
  static final int MOST = 10_000;

  /// Of all segments together, about 150 bytes each; those of the segment that was asked for
  /// longest ago are forgotten.
  static final int MOST_REMEMBERED = 100_000;

  private final int mostRemembered;

  // Guarded by this.
  private final Map<Segment, List<Stream>> remembered = new LinkedHashMap<>(16, 0.75f, true);
  private int count;

  Streams(int mostRemembered) {
    this.mostRemembered = mostRemembered;
  }

  /// Streams by their names; the one that was printed to last at the end, and the first ones go
  /// when there are too many.
  private static final class Newest extends LinkedHashMap<String, Stream> {
    private static final long serialVersionUID = 1L;

    Newest() {
      super(16, 0.75f, true);
    }

    void add(Stream stream) {
      merge(stream.name(), stream, Stream::with);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Stream> eldest) {
      return size() > MOST;
    }
  }

  /// Those of a function.
  List<Stream> of(FunctionLog log) throws IOException {
    List<Segment> segments = log.segments();
    var all = new Newest();
    for (Segment segment : segments) {
      boolean grows = segment == segments.getLast();
      List<Stream> some =
          grows ? read(log.function(), segment) : remembered(log.function(), segment);
      some.forEach(all::add);
    }
    return List.copyOf(all.values());
  }

  private List<Stream> remembered(FunctionId function, Segment segment) throws IOException {
    synchronized (this) {
      List<Stream> known = remembered.get(segment);
      if (known != null) {
        return known;
      }
    }
    List<Stream> read = read(function, segment);
    remember(segment, read);
    return read;
  }

  private synchronized void remember(Segment segment, List<Stream> streams) {
    List<Stream> before = remembered.put(segment, streams);
    count += streams.size() - (before == null ? 0 : before.size());
    var oldest = remembered.entrySet().iterator();
    while (count > mostRemembered) {
      count -= oldest.next().getValue().size();
      oldest.remove();
    }
  }

  private static List<Stream> read(FunctionId function, Segment segment) throws IOException {
    var streams = new Newest();
    Search.read(
        function,
        segment,
        (line, _) -> {
          long millis = line.at().toEpochMilli();
          streams.add(new Stream(line.stream(), millis, millis));
          return true;
        });
    return List.copyOf(streams.values());
  }
}
