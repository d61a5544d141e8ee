/// How much callers may ask for, once it is known who they are: [CallerLimits] are the numbers,
/// [Callers] counts requests, each [Pace] for many of them, [AccountConcurrency] the calls of each
/// account that run at once. [Room] is for what takes memory, also of those of whom it is not known
/// yet who they are; [LogReaders] is the one for reading logs. All of it is counted on this node
/// only, in memory.
///
/// Called by `Gateway` and `aws`. Absent on purpose: what a machine has room for, which is the
/// worker's affair.
@NullMarked
package org.openlambda.gateway.limit;

import org.jspecify.annotations.NullMarked;
