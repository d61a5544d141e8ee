package org.openlambda.linux.cgroup;

import java.util.Optional;
import org.openlambda.linux.fd.Gauge;

/// How much processor time a group has used since it was made, by all that were ever in it. The
/// file is opened at the first reading and stays open.
///
/// *Threads*: any.
final class CpuMeter implements AutoCloseable {
  /// What a version of groups has for this.
  enum Kind {
    /// `cpuacct.usage`, in nanoseconds.
    V1,
    /// `cpu.stat`, in microseconds, which every v2 group has, with or without the cpu controller.
    V2,
    /// No group meters it.
    ABSENT
  }

  private final Kind kind;
  private final String directory;

  /// Guarded by this.
  private Optional<Gauge> gauge = Optional.empty();

  CpuMeter(Kind kind, String directory) {
    this.kind = kind;
    this.directory = directory;
  }

  boolean isThere() {
    return kind != Kind.ABSENT;
  }

  synchronized long micros() {
    return switch (kind) {
      case V1 -> open(directory + "/cpuacct.usage", "").read() / 1000;
      case V2 -> open(directory + "/cpu.stat", "usage_usec").read();
      case ABSENT -> 0;
    };
  }

  private Gauge open(String path, String key) {
    Gauge open = gauge.orElseGet(() -> Gauge.open(path, key));
    gauge = Optional.of(open);
    return open;
  }

  @Override
  public synchronized void close() {
    gauge.ifPresent(Gauge::close);
    gauge = Optional.empty();
  }
}
