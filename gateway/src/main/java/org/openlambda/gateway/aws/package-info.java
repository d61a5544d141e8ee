/// The AWS Lambda API's door: whose request it is, and calls of functions.
///
/// [AwsDoor] takes every request of the API; [Signatures] says who signed it ([Authorization] and
/// [SignedQuery] read how); [InvokeDoor] runs calls, [CallInput] says what may be asked of them,
/// [FunctionAnswer] puts their outcomes into the API's words, [StreamReply] sends what comes in
/// pieces as an [EventStream], [Report] writes the lines that its users' tools read. What calls
/// nothing goes to [org.openlambda.core.control.ControlApi]. [AwsFault] refuses.
///
/// Called by `Gateway`. Nothing here touches a database: keys and routes are in memory.
@NullMarked
package org.openlambda.gateway.aws;

import org.jspecify.annotations.NullMarked;
