package org.openlambda.control.watch;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// Tells what changes in folders, not below them. Safe for any thread; nothing here waits.
public interface FolderChanges extends AutoCloseable {
  /// Begins to watch `folder`; again for the same one gives the same number.
  ///
  /// @return the number of its changes; empty if it cannot be watched, as it is gone or a limit of
  ///   the kernel is reached
  OptionalInt watch(Path folder);

  /// Ends a watch.
  void unwatch(int watch);

  /// What happened since the last call, the oldest first. About a microsecond if nothing did.
  List<Change> drain();

  @Override
  void close();

  /// One change.
  ///
  /// @param watch of the folder; means nothing if [Kind#LOST]
  /// @param name in the folder
  record Change(int watch, Kind kind, String name) {}

  /// What happened.
  enum Kind {
    /// A file appeared that may not be complete yet.
    CREATED,
    /// Bytes were written or cut off; more may follow.
    WRITING,
    /// Somebody closed a file after writing, moved a name here, or made a folder: it is complete.
    SAVED,
    /// Permissions or the like changed.
    ATTRIBUTES,
    /// The name was deleted or moved away.
    GONE,
    /// The watch ended, as the folder is gone.
    ENDED,
    /// Changes were lost: nothing is known of any folder.
    LOST
  }

  /// For a system that watches nothing: every function is then looked at whenever it is asked for.
  static FolderChanges none() {
    return new FolderChanges() {
      @Override
      public OptionalInt watch(Path folder) {
        return OptionalInt.empty();
      }

      @Override
      public void unwatch(int watch) {}

      @Override
      public List<Change> drain() {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }
}
