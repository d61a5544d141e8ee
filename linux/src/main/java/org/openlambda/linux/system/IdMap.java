package org.openlambda.linux.system;

import java.util.List;
import org.openlambda.linux.fd.KernelFile;

/// Which ids of its user namespace a process can use, as `/proc/PID/uid_map` says
/// (user_namespaces(7)): a line for each extent, `FIRST-INSIDE FIRST-OUTSIDE COUNT`.
///
/// @param extents in the kernel's order
public record IdMap(List<Extent> extents) {
  /// Ids in a row.
  ///
  /// @param first as this process calls it
  /// @param outside as the process that reads the file calls the same id
  public record Extent(long first, long outside, long count) {}

  public IdMap {
    extents = List.copyOf(extents);
  }

  /// The uids of this process's namespace.
  public static IdMap ofUids() {
    return parse(KernelFile.read("/proc/self/uid_map"));
  }

  /// The gids of this process's namespace.
  public static IdMap ofGids() {
    return parse(KernelFile.read("/proc/self/gid_map"));
  }

  /// Reads the text of such a file.
  public static IdMap parse(String text) {
    return new IdMap(
        text.lines()
            .map(line -> line.strip().split("\\s+"))
            .map(part ->
                new Extent(
                    Long.parseLong(part[0]), Long.parseLong(part[1]), Long.parseLong(part[2])))
            .toList());
  }

  /// Whether all of `count` ids from `first` on can be used, in one extent.
  public boolean has(long first, long count) {
    return extents.stream()
        .anyMatch(e -> e.first() <= first && first + count <= e.first() + e.count());
  }

  /// The id above the highest that can be used.
  public long end() {
    return extents.stream().mapToLong(e -> e.first() + e.count()).max().orElse(0);
  }
}
