package org.openlambda.worker.instance;

import org.openlambda.core.invocation.LogSink;
import org.openlambda.core.time.Time;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.sandbox.Deadlines;

/// What every instance of a worker uses.
///
/// @param logs takes what handlers print
public record Means(
    Time time, Deadlines deadlines, Specialiser specialiser, LogSink logs, Counters counters) {}
