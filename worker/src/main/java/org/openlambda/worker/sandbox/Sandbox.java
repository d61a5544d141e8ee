package org.openlambda.worker.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.time.Patience;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.cgroup.Cgroup;
import org.openlambda.linux.process.PidFd;
import org.openlambda.worker.link.RuntimeLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An isolated process tree. Owned by one instance (or by the pool of waiting ones) at a time; only
/// [#kill], [#died] and [#destroy] may be called by others.
public final class Sandbox {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  /// How long the zygote may take to report an exit that the kernel has shown already.
  private static final Duration REPORT = Patience.of(Duration.ofSeconds(2));

  private static final int SIGKILL = 9;

  private final long id;
  private final int hostUid;
  private final PidFd process;
  private final RuntimeLink link;
  private final SandboxLog log;
  private final Cgroup group;
  private final Undertaker undertaker;

  /// Completed by the zygote's report: how pid 1 ended, or that the zygote is gone.
  private final CompletableFuture<Death> report = new CompletableFuture<>();

  private final AtomicBoolean destroyed = new AtomicBoolean();

  public Sandbox(
      long id,
      int hostUid,
      PidFd process,
      RuntimeLink link,
      SandboxLog log,
      Cgroup group,
      Undertaker undertaker) {
    this.id = id;
    this.hostUid = hostUid;
    this.process = process;
    this.link = link;
    this.log = log;
    this.group = group;
    this.undertaker = undertaker;
  }

  /// Unique in this worker's life.
  public long id() {
    return id;
  }

  public PidFd process() {
    return process;
  }

  public RuntimeLink link() {
    return link;
  }

  public SandboxLog log() {
    return log;
  }

  /// Limits, counters and the freezer.
  public Cgroup group() {
    return group;
  }

  /// Ends every process in it, at once and for good; does nothing after [#destroy]. Any thread;
  /// does not wait.
  public void kill() {
    synchronized (process) { // or its number may be another sandbox's when the signal is sent
      if (process.fd().isOpen()) {
        try {
          process.signal(SIGKILL);
        } catch (LinuxException e) {
          LOG.warn("sandbox {}: {}; its control group is killed instead", id, e.getMessage());
          group.kill();
        }
      }
    }
  }

  /// The zygote reports how pid 1 ended.
  public void ended(Exit how) {
    report.complete(new Death.Ended(how));
  }

  /// The zygote is gone, and this sandbox with it.
  public void orphaned() {
    report.complete(new Death.ZygoteLost());
  }

  /// Whether pid 1 is known to have ended.
  public boolean isDead() {
    return report.isDone();
  }

  /// How it died, after the link closed by itself. Blocks for the zygote's report, at most two
  /// seconds; what has not ended by then is killed.
  public Death died() {
    try {
      Death told = report.get(REPORT.toMillis(), TimeUnit.MILLISECONDS);
      boolean killed = told instanceof Death.Ended(Exit.Signal(var s)) && s == SIGKILL;
      return killed && group.oomKills() > 0 ? new Death.OutOfMemory() : told;
    } catch (TimeoutException e) {
      kill();
      return new Death.ClosedLink();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the report never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Death.ZygoteLost();
    }
  }

  /// Kills what is left and releases everything; only the first call counts. The control group and
  /// the uid follow when the kernel has let go of the processes. Does not wait.
  public void destroy() {
    if (destroyed.compareAndSet(false, true)) {
      kill();
      link.close();
      log.close();
      synchronized (process) {
        process.close();
      }
      undertaker.bury(group, hostUid);
    }
  }
}
