/// Who serves a data folder: at most one process at a time.
///
///     DATA/server.lock    locked by the process that serves the folder, which it names (JSON)
///     DATA/server.json    what is served, and where, from when callers are served until the end
///     DATA/server.log     what a server in the background says; server.log.1 before it
///
/// A [Tenancy] is the lock, a [Tenant] is what the second file says, an [Occupancy] is what both
/// come to, a [ProcessMark] names a process so that no later one with its number is taken for it.
/// [BackgroundStart] and [Words] are the two ends of a start in the background, a [BoundedLog]
/// keeps the third file small.
///
/// Called by the commands `up`, `status` and `down`. Absent on purpose: what is served.
@NullMarked
package org.openlambda.server.tenancy;

import org.jspecify.annotations.NullMarked;
