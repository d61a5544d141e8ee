package org.openlambda.linux.cgroup;

import org.openlambda.linux.fd.Gauge;
import org.openlambda.linux.fd.OpenGauges;

/// How much processor time a group has used since it was made, by all that were ever in it.
///
/// *Threads*: any.
sealed interface CpuMeter {
  long micros();

  /// Whether there is one.
  default boolean isThere() {
    return true;
  }

  /// Gives back the file that it has open; reading opens it again.
  default void rest() {}

  /// `cpuacct.usage`, in nanoseconds.
  record V1(Gauge usage) implements CpuMeter {
    V1(String directory, OpenGauges gauges) {
      this(new Gauge(directory + "/cpuacct.usage", gauges));
    }

    @Override
    public long micros() {
      return usage.read() / 1000;
    }

    @Override
    public void rest() {
      usage.close();
    }
  }

  /// `cpu.stat`, in microseconds, which every v2 group has, with or without the cpu controller.
  record V2(Gauge usage) implements CpuMeter {
    V2(String directory, OpenGauges gauges) {
      this(new Gauge(directory + "/cpu.stat", "usage_usec", gauges));
    }

    @Override
    public long micros() {
      return usage.read();
    }

    @Override
    public void rest() {
      usage.close();
    }
  }

  /// No group meters it.
  record Absent() implements CpuMeter {
    @Override
    public boolean isThere() {
      return false;
    }

    @Override
    public long micros() {
      return 0;
    }
  }
}
