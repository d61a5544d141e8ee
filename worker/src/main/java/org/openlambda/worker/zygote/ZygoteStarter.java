package org.openlambda.worker.zygote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.linux.cgroup.Cgroups;
import org.openlambda.linux.cgroup.ZygoteGroup;
import org.openlambda.linux.epoll.Poller;
import org.openlambda.worker.sandbox.HostUids;
import org.openlambda.worker.sandbox.Isolation;

/// Starts the zygotes of a lane: each with a host uid and an empty root folder of its own.
public final class ZygoteStarter {
  private final ZygoteProgram program;
  private final Path roots;
  private final Cgroups groups;
  private final HostUids uids;
  private final Poller poller;
  private final AtomicInteger started = new AtomicInteger();

  /// @param roots a folder of this worker, for the mount points of private roots
  public ZygoteStarter(
      ZygoteProgram program, Path roots, Cgroups groups, HostUids uids, Poller poller) {
    this.program = program;
    this.roots = roots;
    this.groups = groups;
    this.uids = uids;
    this.poller = poller;
  }

  /// Where the zygotes of a lane live: a control group, a host uid, and behind which walls.
  record Place(ZygoteGroup group, int uid, Isolation isolation) {}

  /// The place of a lane, made once.
  Place place(int lane) {
    int uid = uids.take();
    return new Place(groups.zygoteGroup("zygote-" + lane, uid), uid, program.isolation());
  }

  /// Starts one; it is not ready yet. The lane's previous zygote, if any, must be dead.
  Zygote start(int lane, Place place) throws IOException {
    String name = "zygote-" + lane + "." + started.incrementAndGet();
    place.group().restore(); // somebody may have removed it, and killed the previous one with it
    Path root = Files.createDirectories(roots.resolve("zygote-" + lane));
    return Zygote.start(name, program, root, place, poller);
  }
}
