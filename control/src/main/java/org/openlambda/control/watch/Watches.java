package org.openlambda.control.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.openlambda.control.watch.FolderChanges.Change;

/// Who wants to know of which folder. A change that happened before [#drain] is called is known to
/// its owner when that call returns, whichever thread took it from the kernel: so all of it happens
/// under one lock, held for about a microsecond while nothing changes.
public final class Watches implements AutoCloseable {
  /// Told of changes; known by its identity. Called under the lock: must not wait for anybody, but
  /// may look at the disk.
  public interface Owner {
    /// @param folder as given to [#watch]
    void changed(String folder, Change change);

    /// Anything may have changed.
    void lost();
  }

  private record Watch(Owner owner, String folder) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final FolderChanges changes; // guarded by lock, like what follows
  private final Map<Integer, List<Watch>> byNumber = new HashMap<>();
  private final Map<Owner, Set<Integer>> byOwner = new HashMap<>();

  public Watches(FolderChanges changes) {
    this.changes = changes;
  }

  /// Lets `owner`, until it is released, know what happens in one more folder.
  public void admit(Owner owner) {
    locked(() -> byOwner.putIfAbsent(owner, new HashSet<>()));
  }

  /// Watches `path` for an owner that was admitted.
  ///
  /// @param folder what to call it towards the owner
  /// @return false if it cannot be watched
  public boolean watch(Path path, String folder, Owner owner) {
    lock.lock();
    try {
      Set<Integer> numbers = byOwner.get(owner);
      var number = numbers == null ? OptionalInt.empty() : changes.watch(path);
      if (numbers == null || number.isEmpty()) {
        return false;
      }
      var watch = new Watch(owner, folder);
      var sharing = byNumber.computeIfAbsent(number.getAsInt(), _ -> new ArrayList<>(1));
      // A folder that was moved inside the bundle keeps its number and has a new name.
      sharing.removeIf(other -> other.owner().equals(owner));
      sharing.add(watch);
      numbers.add(number.getAsInt());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Ends all that `owner` watches; it is told nothing more.
  public void release(Owner owner) {
    locked(() -> {
      Set<Integer> numbers = byOwner.remove(owner);
      for (int number : numbers == null ? Set.<Integer>of() : numbers) {
        var sharing = byNumber.getOrDefault(number, List.of());
        sharing.removeIf(watch -> watch.owner().equals(owner));
        if (sharing.isEmpty()) {
          byNumber.remove(number);
          changes.unwatch(number);
        }
      }
    });
  }

  /// Lets every owner know what happened until now.
  public void drain() {
    locked(() -> changes.drain().forEach(this::tell));
  }

  /// Runs `action` while nobody is told anything.
  public void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private void tell(Change change) {
    if (change.kind() == FolderChanges.Kind.LOST) {
      List.copyOf(byOwner.keySet()).forEach(Owner::lost);
      return;
    }
    boolean ended = change.kind() == FolderChanges.Kind.ENDED;
    var told = ended ? byNumber.remove(change.watch()) : byNumber.get(change.watch());
    for (Watch watch : told == null ? List.<Watch>of() : List.copyOf(told)) {
      if (ended) {
        byOwner.getOrDefault(watch.owner(), new HashSet<>()).remove(change.watch());
      }
      watch.owner().changed(watch.folder(), change);
    }
  }

  @Override
  public void close() {
    locked(changes::close);
  }
}
