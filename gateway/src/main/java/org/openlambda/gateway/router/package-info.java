/// From a request to an invocation, and from an outcome to an answer. [Router] finds the version a
/// name means now, checks the method, calls the one invoker, and records the end; [Answer] is made
/// in the one switch from outcomes to HTTP; [Tallies] counts.
///
/// Called on the virtual thread of a request; owns nothing but the counts. Absent on purpose:
/// queues, admission and retries, which are the invoker's.
@NullMarked
package org.openlambda.gateway.router;

import org.jspecify.annotations.NullMarked;
