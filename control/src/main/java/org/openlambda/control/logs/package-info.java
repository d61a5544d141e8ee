/// What functions have printed and how their calls ended, on the disk of this node.
///
///     FOLDER/lines/ACCOUNT/FUNCTION-NUMBER-MILLIS.log   segments of one function
///     FOLDER/calls/MILLIS.calls                         where calls are that began from then on
///
/// [KeptJournal] is the journal of `ol up`: the newest in memory, everything else here. [LogStore]
/// takes lines and finds them; what it takes waits in an [Inbox] of its function until the one
/// thread that writes, [LogKeeper], comes by. A [FunctionLog] is a row of [Segment]s, which
/// [Frames] says the bytes of; [SegmentTail] makes the newest grow, [SegmentReader] reads any.
/// [Calls] is the index by request id, [Streams] that of streams. All within
/// [LogBounds].
///
/// A function has segments of its own, so that what it prints can only push out its own lines, and
/// so that an account's lines are in a folder that nobody looks into for another. Functions have no
/// folders: to make one cost more than anything else of a function's first call here.
///
/// Written to by workers and doors, read by the API of our own and that of CloudWatch Logs. Absent
/// on purpose: fsync (a machine that loses power may lose the last half minute), compression, and
/// lines of other nodes.
@NullMarked
package org.openlambda.control.logs;

import org.jspecify.annotations.NullMarked;
