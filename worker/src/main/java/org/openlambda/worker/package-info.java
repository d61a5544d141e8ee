/// Runs invocations on this machine. [Worker] is the local
/// [org.openlambda.core.invocation.Invoker]; [WorkerConfig] is all it can be told; [WorkerCounters]
/// is what it counts.
///
/// Read an invocation top-down: [Worker] → `instance` (borrow, run, give back) → `zygote` (a
/// waiting sandbox) → `sandbox` and `link` (the process tree and the talk with it); `bundle` has
/// the code.
@NullMarked
package org.openlambda.worker;

import org.jspecify.annotations.NullMarked;
