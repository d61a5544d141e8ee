package org.openlambda.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;

/// Looks at functions when they appear or change, and tells their author at once what is wrong: an
/// `ol.yaml` that cannot be read, code that cannot be loaded. On a thread of its own, one function
/// at a time; with more than [#MOST] functions they are checked when they are called.
final class FunctionChecks {
  /// Folders with more functions are not looked at by themselves.
  static final int MOST = 500;

  private static final long ROUND_MILLIS = 300;

  private final Node node;
  private final Terminal terminal;

  /// What was said of each function last; used by the thread only.
  private final Map<FunctionName, Lookup> seen = new HashMap<>();

  private final Thread thread;
  private volatile boolean stopped;

  FunctionChecks(Node node, Terminal terminal) {
    this.node = node;
    this.terminal = terminal;
    this.thread = Thread.ofVirtual().name("checks").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!stopped) {
        List<FunctionName> names = node.registry().names();
        if (names.size() <= MOST) {
          for (FunctionName name : names) {
            if (!stopped) {
              look(name);
            }
          }
          seen.keySet().retainAll(names);
        }
        Thread.sleep(ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(FunctionName name) throws InterruptedException {
    Lookup now = node.registry().find(name);
    if (now.equals(seen.put(name, now))) {
      return;
    }
    switch (now) {
      case Lookup.Found(Version version) -> {
        List<String> notes = node.registry().notes(name);
        if (!notes.isEmpty()) {
          terminal.problems(name, notes);
        }
        node.worker().tryLoading(version).ifPresent(trace -> terminal.problems(name, trace));
      }
      case Lookup.Broken(var broken, var problems) -> terminal.problems(broken, problems);
      case Lookup.Unknown unknown -> {
        // removed since the names were listed
      }
    }
  }

  /// Ends it after the function it looks at now, without waiting. No interrupt: that would break
  /// off the reading of a file, and be told as one that cannot be read.
  void stop() {
    stopped = true;
  }
}
