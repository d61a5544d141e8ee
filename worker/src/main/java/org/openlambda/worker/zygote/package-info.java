/// Warm parents and the sandboxes that are made from them before anybody asks. A [Zygote] is one
/// launcher process and the control socket to the language runtime it became; [SandboxMaker] turns
/// a SPAWN into a ready [org.openlambda.worker.sandbox.Sandbox]; the [Nursery] keeps as many
/// waiting as [PoolSize] says, and starts a zygote again that died.
///
/// Absent on purpose: what a waiting sandbox becomes (`instance`).
@NullMarked
package org.openlambda.worker.zygote;

import org.jspecify.annotations.NullMarked;
