package org.openlambda.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.core.units.Bytes;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.Cgroup;
import org.openlambda.worker.Worker;
import org.openlambda.worker.instance.Instance;

/// What the local worker says to `/stats` and `/debug`.
record WorkerFigures(Worker worker) {
  Map<String, Long> counters() {
    return worker.counters().snapshot();
  }

  List<String> sandboxes() {
    var census = worker.census();
    var paragraphs = new ArrayList<String>();
    census.lent().forEach(i -> paragraphs.add(paragraph(i, "running")));
    census.idle().forEach(i -> paragraphs.add(paragraph(i, i.isFrozen() ? "frozen" : "idle")));
    paragraphs.add(
        "%d sandboxes wait for work; %d calls wait to run; %s of memory and %.1f processors charged"
            .formatted(
                worker.waitingSandboxes(), census.queued(), census.charged(), census.load()));
    return paragraphs;
  }

  private static String paragraph(Instance instance, String state) {
    Cgroup group = instance.sandbox().group();
    try {
      return "sandbox %d: %s\n  state: %s\n  processes: %d\n  memory: %s of %s\n  OOM kills: %d"
          .formatted(
              instance.sandbox().id(),
              instance.version().label(),
              state,
              group.processes(),
              new Bytes(group.memoryBytes()),
              instance.version().config().limits().memory(),
              group.oomKills());
    } catch (LinuxException e) {
      return "sandbox %d: %s\n  state: gone"
          .formatted(instance.sandbox().id(), instance.version().label());
    }
  }
}
