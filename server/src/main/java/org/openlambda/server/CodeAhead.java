package org.openlambda.server;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Version;
import org.openlambda.worker.Worker;

/// Fetches the code that accounts deploy to the worker, so that a first call finds it there, and
/// compiles it, as [FunctionChecks] does for folders; nothing is loaded before it is called. Looks
/// at what calls without a version name: `$LATEST`, and what aliases name. On a thread of its own,
/// one function at a time, with pauses; many at once only while no call runs.
final class CodeAhead implements AutoCloseable {
  /// Of more functions nothing is fetched before it is called: the worker would not keep more.
  static final int MOST = FunctionChecks.MOST_FETCHED;

  /// Of more that are new at once each waits until no call runs.
  private static final int FEW = 50;

  private static final long ROUND_MILLIS = 200;
  private static final long PAUSE_MILLIS = 1;

  private final RouteTable routes;
  private final Worker worker;
  private final Calm calm;
  private volatile boolean closed;

  // The thread's.
  private final Set<Code> seen = new HashSet<>();
  private long looked = -1;

  CodeAhead(RouteTable routes, Worker worker) {
    this.routes = routes;
    this.worker = worker;
    this.calm = new Calm(worker, () -> closed);
    var _ = Thread.ofVirtual().name("code-ahead").start(this::work);
  }

  private void work() {
    try {
      while (!closed) {
        long now = routes.replacements();
        if (now != looked) {
          looked = now;
          fetch(routes.likely());
        }
        Thread.sleep(ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch(List<Version> likely) throws InterruptedException {
    if (likely.size() > MOST) {
      seen.clear();
      return;
    }
    seen.retainAll(codes(likely));
    List<Version> fresh =
        likely.stream().filter(version -> !seen.contains(version.code())).toList();
    boolean compile = likely.size() <= FunctionChecks.MOST_COMPILED;
    for (Version version : fresh) {
      if (closed) {
        return;
      }
      if (fresh.size() > FEW) {
        calm.await();
      }
      worker.prefetch(version);
      if (compile && worker.isCalm()) {
        worker.compileAhead(version);
      }
      seen.add(version.code());
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static Set<Code> codes(List<Version> versions) {
    var codes = new HashSet<Code>();
    versions.forEach(version -> codes.add(version.code()));
    return codes;
  }

  /// Ends it after the function it looks at now, without waiting.
  @Override
  public void close() {
    closed = true;
  }
}
