/// One isolated process tree, seen from outside: its pidfd, its link, its log pipe, its control
/// group and its host uid. A [Sandbox] is made by `zygote`, given work by `instance`, and destroyed
/// once; how it died is a [Death]. What it prints passes a [SandboxLog]; [HostUids] keeps two
/// living sandboxes from sharing a uid; the [Undertaker] removes what a dead one leaves behind.
///
/// Absent on purpose: what happens inside (see `launcher/PROTOCOL.md`), and pooling.
@NullMarked
package org.openlambda.worker.sandbox;

import org.jspecify.annotations.NullMarked;
