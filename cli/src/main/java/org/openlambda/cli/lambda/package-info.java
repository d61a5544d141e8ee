/// The AWS Lambda API of a server, as far as `ol` asks it: [Lambda], [Layers] and [Urls] know its
/// operations, [Target] is what an alias names, a [Setting] is what may be set of a function,
/// [Variables] are its environment.
///
/// Called by the commands; each method that asks blocks until there is an answer, and an answer
/// that is an error is thrown as [org.openlambda.cli.server.Refused]. Absent on purpose: calls of
/// functions, which go by the API of our own and stream.
@NullMarked
package org.openlambda.cli.lambda;

import org.jspecify.annotations.NullMarked;
