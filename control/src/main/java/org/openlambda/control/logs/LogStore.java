package org.openlambda.control.logs;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.logs.Frames.Frame;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.time.Time;

/// Keeps what functions print and how their calls end in a folder, and finds it. Safe for any
/// thread. [#line] and [#ended] never wait: what cannot be written in time is dropped and counted.
/// Everything that answers blocks on the disk.
public final class LogStore implements AutoCloseable {
  /// How long lines lie before they are written, unless they become many: those of several calls
  /// are written at once, and not while short ones need the processor.
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  /// What one question for the newest lines reads at the most, about: what one function can have.
  static final long MOST_READ = LogBounds.DEFAULT.function().count();

  private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

  /// How long [#settle] waits for a disk that is slow.
  private static final long PATIENCE_MILLIS = 2_000;

  private final LogBounds bounds;
  private final Shelf shelf;
  private final Calls calls;
  private final Search search;
  private final Streams streams = new Streams(Streams.MOST_REMEMBERED);
  private final LogKeeper keeper;
  private final Thread thread;
  private final LongAdder dropped = new LongAdder();

  private final Map<FunctionId, Inbox> inboxes = new ConcurrentHashMap<>();

  /// Those that something is in.
  private final Queue<Inbox> ready = new ConcurrentLinkedQueue<>();

  /// Accounts whose lines are to go.
  private final Queue<Account> forgotten = new ConcurrentLinkedQueue<>();

  /// Bytes that are written without a pause: half of what may wait of one function.
  private final long many;

  /// Of all inboxes.
  private final AtomicLong waitingBytes = new AtomicLong();

  /// Whether the thread is to be woken when something comes.
  private volatile boolean idle;

  private volatile boolean closing;

  /// Whether somebody waits until all inboxes are emptied.
  private volatile boolean awaited;

  // Guarded by this: how often the thread began to empty all inboxes, and had done so.
  private long begun;
  private long done;

  private LogStore(Path folder, LogBounds bounds, Time time) throws IOException {
    this.bounds = bounds;
    this.many = bounds.waitingOfOne().count() / 2;
    this.shelf = Shelf.open(folder.resolve("lines"));
    this.calls = Calls.open(folder.resolve("calls"));
    this.search = new Search(shelf, calls, MOST_READ);
    this.keeper = new LogKeeper(bounds, shelf, calls, time, dropped);
    this.thread = Thread.ofPlatform().name("log-keeper").daemon().unstarted(this::keep);
  }

  /// Opens it, with what an earlier start has kept. Blocks for a moment for every 1,000 functions.
  public static LogStore open(Path folder, LogBounds bounds, Time time) throws IOException {
    var store = new LogStore(folder, bounds, time);
    store.thread.start();
    return store;
  }

  /// Keeps a line. Does not block.
  public void line(LogLine line) {
    put(new Item.Line(line));
  }

  /// Keeps how a call ended. Does not block.
  public void ended(Entry entry) {
    put(new Item.End(entry));
  }

  private void put(Item item) {
    boolean room = waitingBytes.get() + item.bytes() <= bounds.waiting().count();
    long most = room ? bounds.waitingOfOne().count() : 0;
    Inbox inbox = inbox(item.function());
    Inbox.Taken taken = inbox.add(item, most);
    while (taken == Inbox.Taken.CLOSED) {
      inboxes.remove(item.function(), inbox);
      inbox = inbox(item.function());
      taken = inbox.add(item, most);
    }
    if (taken == Inbox.Taken.DROPPED) {
      dropped.increment();
      return;
    }
    if (taken == Inbox.Taken.FIRST) {
      ready.add(inbox);
    }
    long before = waitingBytes.getAndAdd(item.bytes());
    boolean becomeMany = before < many && before + item.bytes() >= many;
    if (becomeMany || (idle && taken == Inbox.Taken.FIRST)) {
      LockSupport.unpark(thread);
    }
  }

  private Inbox inbox(FunctionId function) {
    Inbox known = inboxes.get(function);
    return known != null ? known : inboxes.computeIfAbsent(function, Inbox::new);
  }

  /// The thread that writes.
  private void keep() {
    while (!closing) {
      idle = true;
      if (isNothingToDo()) {
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
      idle = false;
      if (!ready.isEmpty() && !closing && !awaited) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
      pass();
      if (keeper.tidy()) {
        inboxes.values().removeIf(this::isForgotten);
      }
    }
    pass();
    keeper.close();
  }

  private boolean isNothingToDo() {
    return ready.isEmpty() && forgotten.isEmpty() && !closing && !awaited;
  }

  private boolean isForgotten(Inbox inbox) {
    return shelf.find(inbox.function()).isEmpty() && inbox.closeIfEmpty();
  }

  /// Empties all inboxes.
  private void pass() {
    synchronized (this) {
      begun++;
      awaited = false;
    }
    for (Inbox inbox = ready.poll(); inbox != null; inbox = ready.poll()) {
      Inbox.Batch batch = inbox.take();
      waitingBytes.addAndGet(-batch.bytes());
      keeper.write(inbox, batch);
    }
    for (Account account = forgotten.poll(); account != null; account = forgotten.poll()) {
      keeper.forget(account);
    }
    synchronized (this) {
      done = begun;
      notifyAll();
    }
  }

  /// Waits until what was given to this before is written, or lost; two seconds at the most.
  public void settle() {
    long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
    synchronized (this) {
      long wanted = begun + 1;
      awaited = true;
      LockSupport.unpark(thread);
      try {
        for (long left = PATIENCE_MILLIS; done < wanted && left > 0 && !closing; ) {
          wait(left);
          left = (deadline - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// How a call ended, if that is kept.
  public Optional<Entry> find(RequestId id) throws IOException {
    var found = new AtomicReference<@Nullable Entry>();
    var broken = new AtomicReference<@Nullable IOException>();
    search.ofCall(
        id,
        (function, frame) -> {
          if (frame instanceof Frame.End(_, byte[] entry)) {
            try {
              found.set(EntryCodec.entry(id, function, entry));
            } catch (IOException e) {
              broken.set(e);
            }
          }
        });
    IOException failure = broken.get();
    if (failure != null) {
      throw failure;
    }
    return Optional.ofNullable(found.get());
  }

  /// The last lines that are kept of a call.
  ///
  /// @param most how many
  public List<LogLine> lines(RequestId id, int most) throws IOException {
    var lines = new ArrayDeque<LogLine>();
    search.ofCall(
        id,
        (function, frame) -> {
          LogLine line = Search.line(function, frame, "");
          if (line != null) {
            lines.addLast(line);
          }
          if (lines.size() > most) {
            lines.removeFirst();
          }
        });
    return List.copyOf(lines);
  }

  /// The newest lines that are wanted, oldest first; all that were given to this before are among
  /// them. Reads at most 64 MiB of the newest.
  public List<LogLine> recent(Selection selection, int limit) throws IOException {
    settle();
    if (limit < 1) {
      return List.of();
    }
    return selection.invocation().isEmpty()
        ? search.newest(selection, limit)
        : lines(selection.invocation().get(), limit).stream().filter(selection::takes).toList();
  }

  /// Accounts of which lines are kept.
  public Set<Account> accounts() {
    return shelf.all().stream().map(log -> log.function().account()).collect(toSet());
  }

  /// Deletes all lines of an account that is no more. Does not wait until that is done.
  public void forget(Account account) {
    forgotten.add(account);
    LockSupport.unpark(thread);
  }

  /// Whose lines are kept, sorted by name.
  public List<FunctionId> functions(Account account) {
    return shelf.all().stream()
        .filter(log -> !log.segments().isEmpty())
        .map(FunctionLog::function)
        .filter(function -> function.account().equals(account))
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .toList();
  }

  /// What is kept of a function.
  ///
  /// @param sinceMillis when its oldest line was printed, about, since 1970
  /// @param bytes on the disk
  public record Extent(long sinceMillis, long bytes) {}

  /// Empty if nothing is kept.
  public Optional<Extent> extent(FunctionId function) {
    return shelf
        .find(function)
        .filter(log -> !log.segments().isEmpty())
        .map(log -> new Extent(log.segments().getFirst().firstMillis(), log.bytes()));
  }

  /// An instance, and when its lines were printed that are kept.
  ///
  /// @param name empty for what the server itself has to say
  /// @param firstMillis since 1970
  /// @param lastMillis since 1970
  public record Stream(String name, long firstMillis, long lastMillis) {
    Stream with(Stream other) {
      return new Stream(
          name, Math.min(firstMillis, other.firstMillis), Math.max(lastMillis, other.lastMillis));
    }
  }

  /// The streams of a function: if there are very many, the 10,000 that were printed to last. Reads
  /// all that is kept of it once, and then what has grown.
  public List<Stream> streams(FunctionId function) throws IOException {
    Optional<FunctionLog> log = shelf.find(function);
    return log.isPresent() ? streams.of(log.get()) : List.of();
  }

  /// Takes a line and says whether to go on.
  public interface Reader {
    boolean read(LogLine line, Position position);
  }

  /// Passes the lines of a function on, in the order in which they were written.
  ///
  /// @param after begin behind this; empty: with the oldest
  /// @param sinceMillis what was printed before this, since 1970, may be passed over
  public void read(FunctionId function, Optional<Position> after, long sinceMillis, Reader reader)
      throws IOException {
    for (Segment segment : shelf.find(function).map(FunctionLog::segments).orElse(List.of())) {
      boolean before = after.map(position -> segment.number() < position.segment()).orElse(false);
      if (before || segment.lastMillis() < sinceMillis) {
        continue;
      }
      Search.Taker behind =
          (line, position) ->
              after.map(last -> position.compareTo(last) <= 0).orElse(false)
                  || reader.read(line, position);
      if (!Search.read(function, segment, behind)) {
        return;
      }
    }
  }

  /// How many lines could not be kept since the start.
  public long dropped() {
    return dropped.sum();
  }

  /// What all of it takes of the disk.
  public long bytes() {
    return calls.bytes() + shelf.all().stream().mapToLong(FunctionLog::bytes).sum();
  }

  /// Writes what waits. Blocks until then.
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
