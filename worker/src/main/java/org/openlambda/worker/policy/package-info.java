/// The decisions of a worker that have a choice in them, each with its name from the literature;
/// `docs/policies.md` explains them to people. Nothing here starts a thread, reads a clock or takes
/// a lock: what a policy sees comes in as arguments. What remembers something ([Profile],
/// [IdleTimes], [FairOrder], [EvictionOrder]) is guarded by its owner, the instance pool.
///
/// Who may run: [CpuGate], [ScaleOut], [FairOrder]; who waits and how long: [WaitingRoom],
/// [ExpectedWait]; who stays: [KeepAlive], [Eviction]; what a function is like: [Profile].
///
/// Absent on purpose: who acts on it (`instance`), and how many sandboxes wait (`zygote`).
@NullMarked
package org.openlambda.worker.policy;

import org.jspecify.annotations.NullMarked;
