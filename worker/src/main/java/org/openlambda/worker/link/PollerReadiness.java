package org.openlambda.worker.link;

import org.openlambda.core.thread.InputSignal;
import org.openlambda.core.thread.Readiness;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.linux.fd.Fd;

/// Readiness by a poller's thread, for threads that no event loop carries.
public final class PollerReadiness implements Readiness {
  private final Poller poller;

  public PollerReadiness(Poller poller) {
    this.poller = poller;
  }

  @Override
  public Watch watch(int descriptor, InputSignal signal) {
    Fd named = Fd.of(descriptor); // never closed: the watch ends before its owner closes it
    poller.watch(named, Poller.IN | Poller.EDGE, events -> signal.raise());
    return then -> {
      poller.unwatch(named);
      then.run();
    };
  }
}
