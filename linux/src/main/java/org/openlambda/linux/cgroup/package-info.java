/// Groups of processes with limits and meters (`cgroups(7)`, the kernel's `cgroup-v1/` and
/// `cgroup-v2.rst`), the same on every machine.
///
/// | type | what |
/// |---|---|
/// | [Cgroups] | our part of the machine's groups, under one parent of our own |
/// | [Cgroup] | one group: limits, meters, freezing, killing |
/// | [ZygoteGroup] | the place of a zygote that clones its children into groups, unprivileged |
/// | [GroupLimits] | memory, processes, processors |
/// | [CgroupMode] | what this machine has: v1, v2, both or nothing usable |
///
/// A controller (memory, cpu, pids) is taken from v1 where v1 has it, otherwise from v2. The v2
/// hierarchy is used for freezing and killing even where it has no controllers.
///
/// **How processes get in.** Writing a pid to `cgroup.procs` takes 7 to 300 ms, for it waits for an
/// RCU grace period, and it holds up forks. So a process joins a v1 group itself, by writing `0` to
/// the `tasks` files it was handed, and is born in its v2 group (`CLONE_INTO_CGROUP`).
///
/// Absent on purpose: cpusets, I/O limits, weights.
@NullMarked
package org.openlambda.linux.cgroup;

import org.jspecify.annotations.NullMarked;
