package org.openlambda.control.logs;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.RequestId;

/// What one function has to be written. Guarded by itself; held for a few instructions.
///
///     // OPEN -> CLOSED, when nothing is in it and its function has no log
final class Inbox {
  private final FunctionId function;
  private List<Item> items = new ArrayList<>();
  private long bytes;
  private long dropped;
  private @Nullable RequestId lastDropped;

  /// Behind how many of the items those would be that were dropped.
  private int gap;

  private boolean closed;

  Inbox(FunctionId function) {
    this.function = function;
  }

  /// What became of an item.
  enum Taken {
    /// It is the first: the inbox is to be emptied.
    FIRST,
    BEHIND_OTHERS,
    DROPPED,
    /// This inbox is of no use any more.
    CLOSED
  }

  /// What was in it.
  ///
  /// @param dropped how many items more there would have been
  /// @param lastDropped the call that the last of them was of
  /// @param gap behind how many of the items
  record Batch(
      List<Item> items, long bytes, long dropped, @Nullable RequestId lastDropped, int gap) {}

  FunctionId function() {
    return function;
  }

  /// Takes an item unless that would be more than `most` bytes.
  synchronized Taken add(Item item, long most) {
    if (closed) {
      return Taken.CLOSED;
    }
    if (bytes + item.bytes() > most) {
      gap = dropped == 0 ? items.size() : gap;
      dropped++;
      lastDropped = item.invocation();
      return Taken.DROPPED;
    }
    items.add(item);
    bytes += item.bytes();
    return items.size() == 1 ? Taken.FIRST : Taken.BEHIND_OTHERS;
  }

  /// Counts items that were taken and are not written, to be told before the next ones that are.
  synchronized void lose(long count, RequestId last) {
    gap = 0;
    dropped += count;
    lastDropped = last;
  }

  /// Empties it.
  synchronized Batch take() {
    var batch = new Batch(items, bytes, dropped, lastDropped, gap);
    items = new ArrayList<>();
    bytes = 0;
    dropped = 0;
    lastDropped = null;
    gap = 0;
    return batch;
  }

  /// Closes it if nothing is in it.
  synchronized boolean closeIfEmpty() {
    closed |= items.isEmpty();
    return closed;
  }
}
