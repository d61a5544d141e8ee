package org.openlambda.linux.cgroup;

import org.openlambda.linux.fd.KernelFile;

/// Stops the processes of a group where they are, and lets them go on.
sealed interface FreezeControl {
  void freeze();

  void thaw();

  /// Whether there is a freezer.
  default boolean isThere() {
    return true;
  }

  /// `cgroup.freeze`: 2 µs. The processes stop on their next way into or out of the kernel.
  record V2(String directory) implements FreezeControl {
    @Override
    public void freeze() {
      KernelFile.write(directory + "/cgroup.freeze", "1");
    }

    @Override
    public void thaw() {
      KernelFile.write(directory + "/cgroup.freeze", "0");
    }
  }

  /// `freezer.state` (`cgroup-v1/freezer-subsystem.rst`): 140 µs.
  record V1(String directory) implements FreezeControl {
    @Override
    public void freeze() {
      KernelFile.write(directory + "/freezer.state", "FROZEN");
    }

    @Override
    public void thaw() {
      KernelFile.write(directory + "/freezer.state", "THAWED");
    }
  }

  /// Neither is to be had.
  record Absent() implements FreezeControl {
    @Override
    public boolean isThere() {
      return false;
    }

    @Override
    public void freeze() {}

    @Override
    public void thaw() {}
  }
}
