package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.RequestId;

/// Where what belongs to a call is: an index by request id, which tells when the call began. A file
/// holds the calls that began from a moment on until the next file's. Whoever looks for a call
/// reads one file, of about a MiB, however many there are.
///
///     file = MILLIS.calls, mark*        MILLIS: 12 hexadecimal digits, since 1970
///     mark = u128 call, u64 key of the function, u32 number of the segment, u32 offset, big-endian
///
/// A mark says where in a [#WINDOW] of a segment the first frame of a call is. It may be stale, as
/// segments go: then there is nothing at its place, or something of another call.
///
/// Grown by the thread that writes; [#find] by any thread.
final class Calls implements AutoCloseable {
  /// Bytes of a segment that a mark speaks for: from its offset to the next multiple of this.
  static final int WINDOW = 64 * 1024;

  static final int MARK = 32;

  /// A file ends when it has this many bytes.
  static final long ENOUGH = 1024 * 1024;

  private static final int PIECE = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{12})\\.calls");

  private final Path folder;
  private final NavigableMap<Long, Shard> shards = new ConcurrentSkipListMap<>();

  /// What all files had when they were trimmed last; the writer's.
  private long trimmedBytes;

  /// What grew last, and its file, which stays open; the writer's.
  private @Nullable Shard growing;

  private @Nullable FileChannel channel;

  /// Where a call's frames are.
  ///
  /// @param key of the function, [FunctionLog#key]
  record Place(long key, int segment, int offset) {}

  record Mark(UUID call, Place place) {}

  /// One file.
  private static final class Shard {
    private final Path file;

    /// Of whole marks.
    private volatile long length;

    /// When the last call in it began; -1 if that is to be read first. The writer's.
    private long lastMillis = -1;

    Shard(Path file, long length) {
      this.file = file;
      this.length = length;
    }
  }

  private Calls(Path folder) {
    this.folder = folder;
  }

  static Calls open(Path folder) throws IOException {
    Files.createDirectories(folder);
    var calls = new Calls(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          long size = Files.size(file);
          calls.shards.put(Long.parseLong(name.group(1), 16), new Shard(file, size - size % MARK));
        } else {
          Files.delete(file); // half of a trimmed one
        }
      }
    }
    if (calls.shards.isEmpty()) {
      calls.shards.put(0L, calls.shard(0));
    }
    return calls;
  }

  private Shard shard(long fromMillis) {
    return new Shard(folder.resolve("%012x.calls".formatted(fromMillis)), 0);
  }

  long bytes() {
    return shards.values().stream().mapToLong(shard -> shard.length).sum();
  }

  /// @throws IOException if they cannot be written
  void add(List<Mark> marks) throws IOException {
    if (marks.isEmpty()) {
      return;
    }
    Map.Entry<Long, Shard> newest = shards.lastEntry();
    if (marks.stream().allMatch(mark -> RequestId.madeMillis(mark.call) >= newest.getKey())) {
      append(newest.getValue(), marks); // mostly
      return;
    }
    var byShard = new HashMap<Shard, List<Mark>>();
    for (Mark mark : marks) {
      byShard.computeIfAbsent(shardOf(mark.call), _ -> new ArrayList<>()).add(mark);
    }
    for (var entry : byShard.entrySet()) {
      append(entry.getKey(), entry.getValue());
    }
  }

  private Shard shardOf(UUID call) {
    Map.Entry<Long, Shard> before = shards.floorEntry(RequestId.madeMillis(call));
    return (before == null ? shards.firstEntry() : before).getValue();
  }

  private void append(Shard shard, List<Mark> marks) throws IOException {
    var out = ByteBuffer.allocate(marks.size() * MARK);
    long last = lastMillis(shard);
    for (Mark mark : marks) {
      put(out, mark);
      last = Math.max(last, RequestId.madeMillis(mark.call));
    }
    out.flip();
    long at = shard.length;
    try {
      while (out.hasRemaining()) {
        at += channel(shard).write(out, at);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
    shard.lastMillis = last;
    shard.length = at;
    if (shard.length >= ENOUGH && shards.lastEntry().getValue() == shard) {
      shards.put(last + 1, shard(last + 1));
    }
  }

  private FileChannel channel(Shard shard) throws IOException {
    FileChannel there = channel;
    if (there == null || growing != shard) {
      close();
      there = FileChannel.open(shard.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = there;
      growing = shard;
    }
    return there;
  }

  /// Closes the file that grew last; it is opened again when it is to grow. For the writer.
  @Override
  public void close() throws IOException {
    FileChannel there = channel;
    channel = null;
    if (there != null) {
      there.close();
    }
  }

  private static void put(ByteBuffer out, Mark mark) {
    out.putLong(mark.call.getMostSignificantBits()).putLong(mark.call.getLeastSignificantBits());
    out.putLong(mark.place.key).putInt(mark.place.segment).putInt(mark.place.offset);
  }

  private static Mark take(ByteBuffer in) {
    var call = new UUID(in.getLong(), in.getLong());
    return new Mark(call, new Place(in.getLong(), in.getInt(), in.getInt()));
  }

  private long lastMillis(Shard shard) throws IOException {
    if (shard.lastMillis < 0) {
      long[] last = {0};
      read(shard, mark -> last[0] = Math.max(last[0], RequestId.madeMillis(mark.call)));
      shard.lastMillis = last[0];
    }
    return shard.lastMillis;
  }

  private static void read(Shard shard, Consumer<Mark> reader) throws IOException {
    readBytes(
        shard,
        in -> {
          while (in.hasRemaining()) {
            reader.accept(take(in));
          }
        });
  }

  /// Passes all of a file on in pieces, each of whole marks. A file that is not there is empty.
  private static void readBytes(Shard shard, Consumer<ByteBuffer> reader) throws IOException {
    long end = shard.length;
    if (end == 0) {
      return;
    }
    var in = ByteBuffer.allocate(PIECE);
    try (FileChannel channel = FileChannel.open(shard.file, StandardOpenOption.READ)) {
      for (long at = 0; at < end; at += in.limit()) {
        in.clear().limit((int) Math.min(PIECE, end - at));
        while (in.hasRemaining()) {
          if (channel.read(in, at + in.position()) < 0) {
            return; // it was trimmed meanwhile
          }
        }
        reader.accept(in.flip());
      }
    } catch (NoSuchFileException e) {
      // it was trimmed meanwhile
    }
  }

  /// Where a call's frames are, in the order in which they were written. Blocks on the disk.
  List<Place> find(UUID call) throws IOException {
    long high = call.getMostSignificantBits();
    long low = call.getLeastSignificantBits();
    var places = new ArrayList<Place>();
    readBytes(
        shardOf(call),
        in -> {
          for (int at = 0; at < in.limit(); at += MARK) {
            if (in.getLong(at) == high && in.getLong(at + 8) == low) {
              places.add(take(in.position(at)).place);
            }
          }
        });
    return places;
  }

  /// Keeps to `most` bytes: drops the marks of what is there no more, once there are twice as many
  /// as were left the last time; if that is not enough, those of the oldest calls.
  ///
  /// @param alive whether a mark's segment is there
  void trim(long most, Predicate<Place> alive) throws IOException {
    if (bytes() <= Math.max(most / 2, Math.min(most, 2 * trimmedBytes))) {
      return;
    }
    for (Map.Entry<Long, Shard> entry : shards.entrySet()) {
      var left = new ArrayList<Mark>();
      read(
          entry.getValue(),
          mark -> {
            if (alive.test(mark.place)) {
              left.add(mark);
            }
          });
      replace(entry.getKey(), entry.getValue(), left);
    }
    if (bytes() > most) {
      while (bytes() > most / 8 * 7 && shards.size() > 1) {
        remove(shards.firstEntry());
      }
    }
    trimmedBytes = bytes();
  }

  private void replace(long fromMillis, Shard shard, List<Mark> left) throws IOException {
    var out = ByteBuffer.allocate(left.size() * MARK);
    left.forEach(mark -> put(out, mark));
    if (out.position() == shard.length) {
      return;
    }
    Path fresh = folder.resolve("trimmed");
    Files.write(fresh, out.array());
    Files.move(fresh, shard.file, StandardCopyOption.REPLACE_EXISTING);
    var trimmed = new Shard(shard.file, out.position());
    trimmed.lastMillis = shard.lastMillis;
    shards.put(fromMillis, trimmed);
  }

  /// Drops files of calls that all began before a moment.
  void dropBefore(long millis) throws IOException {
    while (shards.size() > 1 && shards.higherKey(shards.firstKey()) < millis) {
      remove(shards.firstEntry());
    }
  }

  /// What comes before is in the next one then.
  private void remove(Map.Entry<Long, Shard> first) throws IOException {
    shards.remove(first.getKey());
    Files.deleteIfExists(first.getValue().file);
  }
}
