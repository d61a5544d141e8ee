package org.openlambda.worker.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;

/// All crews, found by their version. Guarded by the pool's lock.
final class Crews {
  /// Functions that are remembered, most of which have no instance.
  static final int MOST_HISTORIES = 20_000;

  /// The quick way: the registry gives the same object as long as nothing changed.
  private final IdentityHashMap<Version, Crew> byIdentity = new IdentityHashMap<>();

  private final Map<Version, Crew> byVersion = new HashMap<>();
  private final List<Crew> all = new ArrayList<>();

  /// Where [#next] was.
  private int next;

  private final Map<FunctionId, History> histories =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FunctionId, History> eldest) {
          return size() > MOST_HISTORIES;
        }
      };

  /// The crew of a version; a new one if it has none.
  Crew of(Version version) {
    Crew known = byIdentity.get(version);
    return known == null ? lookUp(version) : known;
  }

  private Crew lookUp(Version version) {
    Crew crew = byVersion.get(version);
    if (crew == null) {
      History history = histories.computeIfAbsent(version.function(), n -> new History());
      crew = new Crew(version, history);
      history.crews++;
      byVersion.put(version, crew);
      crew.index = all.size();
      all.add(crew);
    } else {
      byIdentity.remove(crew.version);
      crew.version = version;
    }
    byIdentity.put(version, crew);
    return crew;
  }

  /// Forgets a crew of which nothing is left; does nothing for another.
  void dissolve(Crew crew) {
    if (!crew.isDissolved() || crew.index < 0) {
      return;
    }
    byIdentity.remove(crew.version);
    byVersion.remove(crew.version);
    Crew last = all.removeLast();
    if (last != crew) {
      all.set(crew.index, last);
      last.index = crew.index;
    }
    crew.index = -1;
    if (crew.history.newest == crew) {
      crew.history.newest = null;
    }
    if (--crew.history.crews == 0) {
      crew.history.calls = 0;
    }
  }

  /// Those of some instances for which `which` is true; the next ones at the next call, and so on
  /// round and round.
  ///
  /// @param most instances to be asked about, and then to the end of a crew
  List<Berth> next(int most, Predicate<Berth> which) {
    var found = new ArrayList<Berth>();
    int asked = 0;
    for (int left = all.size(); left > 0 && asked < most; left--) {
      next = next >= all.size() - 1 ? 0 : next + 1;
      List<Berth> members = all.get(next).members();
      asked += members.size();
      members.stream().filter(which).forEach(found::add);
    }
    return found;
  }

  List<Crew> all() {
    return all;
  }
}
