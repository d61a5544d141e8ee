/// How much callers may ask for, once it is known who they are: [CallerLimits] are the numbers,
/// [Callers] counts requests, each [Pace] for many of them, [AccountConcurrency] the calls of each
/// account that run at once. A [Room] bounds what of their bodies is in memory; [BodyRooms] says
/// how large each of the [Rooms] is; [LogReaders] is the one for reading logs. All of it is counted
/// on this node only, in memory.
///
/// Called by `Gateway` and `aws`. Absent on purpose: what a machine has room for, which is the
/// worker's affair.
@NullMarked
package org.openlambda.gateway.limit;

import org.jspecify.annotations.NullMarked;
