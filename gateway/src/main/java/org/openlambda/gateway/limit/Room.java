package org.openlambda.gateway.limit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Room for what takes memory: so much in all, and no more than a share of it for each key, so that
/// whoever fills the share of one is in nobody else's way. Waiting has its bounds, too, as who
/// waits holds something already. Safe for any thread; [#enter] blocks.
public final class Room {
  private final Share share;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();

  // Guarded by lock.
  private final Use whole = new Use();
  private final Map<String, Use> ofKeys = new HashMap<>();

  /// How much there is.
  ///
  /// @param most that can be taken at once
  /// @param waiting how many wait for it; more are turned away at once
  public record Bounds(int most, int waiting) {}

  /// What a room has for whom.
  ///
  /// @param all of it
  /// @param ofKey what one key may have of it: at least as much as anybody enters with
  /// @param patience how long somebody waits who may
  public record Share(Bounds all, Bounds ofKey, Duration patience) {}

  /// How much of it is used.
  private static final class Use {
    private int taken;
    private int waiting;

    boolean hasRoom(int amount, Bounds bounds) {
      return taken + amount <= bounds.most;
    }
  }

  public Room(Share share) {
    this.share = share;
  }

  /// What somebody has taken, until it is closed.
  public interface Place extends AutoCloseable {
    /// Of no size.
    Place NONE = () -> {};

    @Override
    void close();
  }

  /// Waits for room.
  ///
  /// @param amount at most the share of a key
  /// @return empty if there was none for so long, or too many wait
  public Optional<Place> enter(String key, int amount) {
    lock.lock();
    try {
      Use own = ofKeys.computeIfAbsent(key, _ -> new Use());
      boolean entered = hasRoom(own, amount) || waits(own, amount);
      if (entered) {
        whole.taken += amount;
        own.taken += amount;
      }
      forgetIfUnused(key, own);
      return entered ? Optional.of(() -> leave(key, own, amount)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(Use own, int amount) {
    return whole.hasRoom(amount, share.all) && own.hasRoom(amount, share.ofKey);
  }

  private boolean waits(Use own, int amount) {
    if (whole.waiting >= share.all.waiting || own.waiting >= share.ofKey.waiting) {
      return false;
    }
    whole.waiting++;
    own.waiting++;
    try {
      long nanos = share.patience.toNanos();
      while (!hasRoom(own, amount)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      whole.waiting--;
      own.waiting--;
    }
  }

  private void leave(String key, Use own, int amount) {
    lock.lock();
    try {
      whole.taken -= amount;
      own.taken -= amount;
      forgetIfUnused(key, own);
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void forgetIfUnused(String key, Use own) {
    if (own.taken == 0 && own.waiting == 0) {
      ofKeys.remove(key);
    }
  }
}
