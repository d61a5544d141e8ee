package org.openlambda.core.invocation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.openlambda.core.function.FunctionId;

/// What happened lately: the last invocations and what they printed, bounded. Safe for any thread.
/// Recording never blocks; who asks may wait for a disk.
public interface Journal extends LogSink {
  /// How an invocation ended, for people asking later.
  ///
  /// @param version [org.openlambda.core.function.Version#label]
  /// @param at when it ended
  /// @param status the HTTP status it was answered with
  record Entry(
      RequestId id, FunctionId function, String version, Instant at, Outcome outcome, int status) {}

  /// Somebody who is told; closing it ends that.
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /// Records the end of an invocation. Does not block.
  void ended(Entry entry);

  /// The entry of one invocation, if it is among those kept.
  Optional<Entry> find(RequestId id);

  /// The log lines kept of one invocation, in order.
  List<LogLine> lines(RequestId id);

  /// The newest of the lines kept that are wanted, oldest first. Whatever was recorded before is
  /// among them.
  ///
  /// @param limit how many at the most
  List<LogLine> recent(Selection selection, int limit);

  /// Calls `entries` and `lines` for everything from now on, on the thread that records: they must
  /// not block. Closing stops it.
  Listening listen(Consumer<Entry> entries, Consumer<LogLine> lines);
}
