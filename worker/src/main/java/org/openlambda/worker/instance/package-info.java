/// Robust virtual containers. An [Instance] is one version's place to run, backed by a sandbox once
/// it has work; the [InstancePool] lends instances, keeps them idle for the next call, and makes
/// room: running ones count with their memory limit, idle ones with what they use. The [Keeper]
/// freezes and evicts in the background; [Eviction] decides which.
///
/// Absent on purpose: how sandboxes are made (`zygote`), and what a request looks like (`link`).
@NullMarked
package org.openlambda.worker.instance;

import org.jspecify.annotations.NullMarked;
