/// One call of a function, from the door to the bill. [Invoker] is the one interface that holds the
/// system together: doors call one, wrappers and workers are one. An [Invocation] goes in, an
/// [Outcome] comes back; a body that streams goes through [Body] on the way in and through the
/// [Reply] on the way out; what the handler printed goes to a [LogSink].
///
/// Absent on purpose: HTTP types, wire formats, money.
@NullMarked
package org.openlambda.core.invocation;

import org.jspecify.annotations.NullMarked;
