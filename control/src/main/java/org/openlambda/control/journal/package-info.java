/// What happened lately, in memory: [RingJournal] keeps the last invocations and what they printed,
/// within [JournalBounds].
///
/// Called by the door, by workers (through `LogSink`) and by whoever shows logs. Owns what it
/// keeps. Absent on purpose: anything that outlives the process, and money.
@NullMarked
package org.openlambda.control.journal;

import org.jspecify.annotations.NullMarked;
