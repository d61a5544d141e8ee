/// The client: sends requests to a server or a baseline, closed loop or open loop, checks every
/// answer, and counts. It shares two cores with what it measures, so it is lean: non-blocking
/// sockets, one thread for up to 32 connections and two beyond, bytes made beforehand.
///
/// [ClosedLoop]: some clients that each wait for their answer. [OpenLoop]: requests that are due by
/// a [Plan], whatever happened to those before; its latencies begin when a request was *due*.
/// [Load] is what a round gave. Absent on purpose: HTTP beyond what our server and the baselines
/// say (no chunked bodies; those are read by the scenario that has them).
@NullMarked
package org.openlambda.bench.load;

import org.jspecify.annotations.NullMarked;
