/// Robust virtual containers. An [Instance] is one version's place to run, backed by a sandbox once
/// it has work; the [InstancePool] lends instances and keeps them idle for the next call. The
/// instances of a version and the calls that wait for them are a [Crew]; [Admission] says who may
/// run, with [Room] for memory and [CpuLoad] for processors, and the [Lookout] tells it what
/// running calls do. The [Keeper] freezes and ends idle instances in the background.
///
/// Absent on purpose: the rules by which all that is decided (`policy`), how sandboxes are made
/// (`zygote`), and what a request looks like (`link`).
@NullMarked
package org.openlambda.worker.instance;

import org.jspecify.annotations.NullMarked;
