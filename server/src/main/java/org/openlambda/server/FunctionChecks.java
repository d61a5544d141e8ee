package org.openlambda.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;
import org.openlambda.worker.bundle.BundleStore;

/// Looks at functions when they appear or change: fetches their code, so that a first call finds it
/// on the worker, and tells their author at once what is wrong: an `ol.yaml` that cannot be read,
/// code that cannot be loaded. On a thread of its own, one function at a time, with pauses. With
/// more than [#MOST] functions their code is fetched and not loaded, once, while no call runs. Up
/// to [#MOST_COMPILED] are compiled, too, if no call runs just then.
final class FunctionChecks {
  /// In folders with more functions nothing is loaded before it is called.
  static final int MOST = 500;

  /// In folders with more functions nothing is fetched before it is called: the worker would not
  /// keep more.
  static final int MOST_FETCHED = BundleStore.Bounds.DEFAULT.bundles();

  /// In folders with more functions none is compiled before it is called: each takes a sandbox.
  static final int MOST_COMPILED = 2_000;

  private static final long ROUND_MILLIS = 300;

  /// Between two functions.
  private static final long PAUSE_MILLIS = 1;

  private final Node node;
  private final Terminal terminal;
  private final Calm calm;

  /// What was said of each function last; used by the thread only.
  private final Map<FunctionName, Lookup> seen = new HashMap<>();

  private final Thread thread;
  private volatile boolean stopped;

  FunctionChecks(Node node, Terminal terminal) {
    this.node = node;
    this.terminal = terminal;
    this.calm = new Calm(node.worker(), () -> stopped);
    this.thread = Thread.ofVirtual().name("checks").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!stopped) {
        List<FunctionName> names = node.registry().names();
        if (names.size() <= MOST_FETCHED) {
          check(names);
        } else {
          seen.clear();
        }
        Thread.sleep(ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(List<FunctionName> names) throws InterruptedException {
    boolean load = names.size() <= MOST;
    boolean compile = names.size() <= MOST_COMPILED;
    for (FunctionName name : names) {
      if (!stopped && (load || !seen.containsKey(name))) {
        if (!load) {
          calm.await();
        }
        look(name, load, compile);
      }
    }
    seen.keySet().retainAll(Set.copyOf(names));
  }

  private void look(FunctionName name, boolean load, boolean compile) throws InterruptedException {
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
        node.worker().prefetch(version);
        if (load) {
          node.worker().tryLoading(version).ifPresent(trace -> terminal.problems(name, trace));
        }
        if (compile && node.worker().isCalm()) {
          node.worker().compileAhead(version);
        }
      }
      case Lookup.Broken(var broken, var problems) -> terminal.problems(broken, problems);
      case Lookup.Unknown unknown -> {
        // removed since the names were listed
      }
    }
    Thread.sleep(PAUSE_MILLIS);
  }

  /// Ends it after the function it looks at now, without waiting. No interrupt: that would break
  /// off the reading of a file, and be told as one that cannot be read.
  void stop() {
    stopped = true;
  }
}
