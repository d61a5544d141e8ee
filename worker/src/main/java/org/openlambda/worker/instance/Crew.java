package org.openlambda.worker.instance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.core.function.Version;

/// The instances of one version, and the calls that wait for one. Guarded by the pool's lock.
final class Crew {
  /// As the registry gave it last: the same object call after call, by which the crew is found.
  Version version;

  final History history;

  /// What a running instance is charged, in bytes.
  final long memory;

  /// All of them.
  private final List<Berth> members = new ArrayList<>();

  /// The one used last at the end.
  final ArrayDeque<Berth> idle = new ArrayDeque<>();

  /// First come, first served.
  final ArrayDeque<Waiter> waiting = new ArrayDeque<>();

  /// Instances that are lent or being made.
  int running;

  /// What each of these is charged on the processors, in thousandths.
  int chargedShare;

  /// Where its last call ended on the clock of the fair order.
  double fairEnd;

  /// Whether its calls were seen to run for longer than making an instance takes.
  boolean stuck;

  /// Its position in the list of crews.
  int index;

  Crew(Version version, History history) {
    this.version = version;
    this.history = history;
    this.memory = version.config().limits().memory().count();
  }

  List<Berth> members() {
    return members;
  }

  void add(Berth berth) {
    berth.index = members.size();
    members.add(berth);
  }

  void remove(Berth berth) {
    Berth last = members.removeLast();
    if (last != berth) {
      members.set(berth.index, last);
      last.index = berth.index;
    }
    berth.state = Berth.State.GONE;
  }

  /// Whether nothing is left of it but memories.
  boolean isDissolved() {
    return members.isEmpty() && waiting.isEmpty() && running == 0;
  }

  /// An instance of it is lent.
  void called() {
    history.calls++;
    if (!version.isPublished()) {
      history.newest = this;
    }
  }

  /// Whether what its name means by now was called. What was published is never another: it is
  /// called beside what is newer, by its number and by aliases.
  boolean isSuperseded() {
    return !version.isPublished() && history.newest != this;
  }
}
