package org.openlambda.linux.cgroup;

/// What the processes of a group may use together.
///
/// @param memoryBytes most memory, more than 0; the kernel rounds down to pages. No swap
/// @param processes most processes and threads, more than 0
/// @param cpus processors' worth of time, such as 0.5, more than 0; the kernel's least is 0.01
public record GroupLimits(long memoryBytes, int processes, double cpus) {
  public GroupLimits {
    if (memoryBytes <= 0 || processes <= 0 || !(cpus > 0)) {
      throw new IllegalArgumentException(
          "limits are more than 0: %d bytes, %d processes, %s cpus"
              .formatted(memoryBytes, processes, cpus));
    }
  }
}
