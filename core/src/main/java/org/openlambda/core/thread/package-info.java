/// How the virtual thread of a call waits, and where it works. A call's thread may be carried by
/// the event loop of its connection: then nothing that it waits for costs a change of threads, and
/// nothing that takes long may be done on it.
///
/// - [Readiness]: waits for input of a descriptor
/// - [InputSignal]: the flag and the parked thread behind it
/// - [SlowWork]: what reads and copies files goes on elsewhere
///
/// Absent on purpose: the event loop itself, which is the gateway's (`gateway.door`).
@NullMarked
package org.openlambda.core.thread;

import org.jspecify.annotations.NullMarked;
