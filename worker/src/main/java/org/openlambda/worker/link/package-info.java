/// The worker's end of `runtimes/PROTOCOL.md`: frames on a Unix stream socket to the runtime inside
/// one sandbox. [RuntimeLink] carries one request at a time; its [Ending] says how the talk ended,
/// as far as the wire can tell. Nothing that comes from a sandbox is believed: every frame is
/// checked, a [Breach] ends the sandbox.
///
/// Absent on purpose: why a sandbox died (`sandbox` knows), whether it is lent again (`instance`).
@NullMarked
package org.openlambda.worker.link;

import org.jspecify.annotations.NullMarked;
