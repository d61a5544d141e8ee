package org.openlambda.worker.instance;

import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.time.Time;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.link.Purpose;

/// Instances of a pool that stay though nobody calls them. Any thread; takes the pool's lock.
final class Pins {
  private final InstancePool pool;
  private final Time time;

  /// Of those that are being made. Guarded by the pool's lock.
  private long comingBytes;

  Pins(InstancePool pool, Time time) {
    this.pool = pool;
    this.time = time;
  }

  /// Makes an instance that is loaded and stays, though nobody calls it. Blocks for as long as that
  /// takes.
  ///
  /// @return why that was not possible
  Optional<String> makeOne(Version version, Bundle bundle) throws InterruptedException {
    Crew crew;
    pool.lock();
    try {
      crew = pool.crews.of(version);
      Optional<String> refusal = refusal(crew);
      if (refusal.isPresent()) {
        pool.crews.dissolve(crew);
        return refusal;
      }
      comingBytes += crew.memory;
    } finally {
      pool.unlock();
    }
    Borrowed made = Borrowed.draining();
    Outcome outcome = new Outcome.Lost("no sandbox could be made");
    try {
      made = pool.make(crew, bundle, Purpose.PROVISION);
      if (made instanceof Borrowed.Lent lent) {
        outcome = lent.instance().run(BundleJobs.loading(version, time), lent.start());
      }
    } finally {
      end(crew, made, outcome instanceof Outcome.Returned);
    }
    return outcome instanceof Outcome.Returned ? Optional.empty() : Optional.of(reason(outcome));
  }

  private Optional<String> refusal(Crew crew) {
    if (pinnedBytes() + comingBytes + crew.memory > pool.admission.room.total() / 2) {
      return Optional.of("half of the worker's memory is kept ready already");
    }
    return pool.admission.mayMakeAhead(crew)
        ? Optional.empty()
        : Optional.of("the worker has no memory left for it");
  }

  /// Ends the making of one.
  ///
  /// @param loaded whether it stays
  private void end(Crew crew, Borrowed made, boolean loaded) {
    pool.lock();
    try {
      comingBytes -= crew.memory;
      if (made instanceof Borrowed.Lent lent) {
        lent.berth().pinned = loaded;
      }
    } finally {
      pool.unlock();
    }
    if (made instanceof Borrowed.Lent lent) {
      pool.giveBack(lent, null);
    }
  }

  /// Of all that stay.
  private long pinnedBytes() {
    return pool.crews.all().stream()
        .flatMap(crew -> crew.members().stream())
        .filter(berth -> berth.pinned)
        .mapToLong(berth -> berth.crew.memory)
        .sum();
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Threw threw -> threw.type() + ": " + threw.message();
      case Outcome.Lost lost -> lost.why();
      case Outcome.Crashed(var how, _) -> "while it was loaded, it " + how.text();
      case Outcome.TimedOut _ -> "loading it took longer than its timeout";
      case Outcome.OutOfMemory _ -> "loading it took more memory than its limit";
      case Outcome.Returned _, Outcome.Rejected _ -> "it was not loaded";
    };
  }

  /// How many instances of a version stay.
  int count(Version version) {
    pool.lock();
    try {
      Crew crew = pool.crews.of(version);
      long count = crew.members().stream().filter(berth -> berth.pinned).count();
      pool.crews.dissolve(crew);
      return (int) count;
    } finally {
      pool.unlock();
    }
  }

  /// Lets idle instances go by the usual rules.
  ///
  /// @param most how many
  void letGo(Version version, int most) {
    pool.lock();
    try {
      Crew crew = pool.crews.of(version);
      List<Berth> idle = crew.idle.stream().filter(berth -> berth.pinned).limit(most).toList();
      for (Berth berth : idle) {
        berth.pinned = false;
        pool.admission.room.rest(berth, time.nanos() / 1e9);
      }
      pool.serve(crew);
    } finally {
      pool.unlock();
    }
  }
}
