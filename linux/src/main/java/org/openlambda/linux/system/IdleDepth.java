package org.openlambda.linux.system;

import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Fd;

/// Keeps the processors out of deep idle states, from which they need tens of microseconds to wake
/// (`/dev/cpu_dma_latency`, PM QoS in the kernel's documentation). Costs power, and another guest
/// of the same host its share, for as long as it is held; the kernel ends it with this process.
///
/// *Threads*: one at a time.
public final class IdleDepth implements AutoCloseable {
  private static final String DEVICE = "/dev/cpu_dma_latency";
  private static final byte[] NO_LATENCY = new byte[4];

  private @Nullable Fd held;

  /// From now on an idle processor only polls, until [#release]; does nothing if it is so already.
  ///
  /// @throws LinuxException where there is no such device, or only root may use it
  public void hold() {
    if (held == null) {
      Fd device = Fd.openPath(DEVICE, Fd.O_WRONLY);
      try {
        device.writeFully(NO_LATENCY);
      } catch (LinuxException refused) {
        device.close();
        throw refused;
      }
      held = device;
    }
  }

  /// Idle processors may sleep again.
  public void release() {
    if (held != null) {
      held.close();
      held = null;
    }
  }

  /// Whether it is held.
  public boolean isHeld() {
    return held != null;
  }

  @Override
  public void close() {
    release();
  }
}
