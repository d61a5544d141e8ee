package org.openlambda.linux.cgroup;

/// What kind of groups this process can use.
public enum CgroupMode {
  /// Hierarchies with controllers of version 1 only. A group cannot be killed at once.
  V1,
  /// Controllers of version 1, and a v2 hierarchy to freeze and kill.
  HYBRID,
  /// Version 2 only.
  V2,
  /// None may be written: nothing is limited, and every meter says 0.
  NONE
}
