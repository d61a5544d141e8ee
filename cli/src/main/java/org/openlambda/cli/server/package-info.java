/// The server as the command line sees it, over HTTP only: [Server] is its address and how to ask
/// it, [Refused] and [Unreachable] are how that ends when it does not end well, and a [Problem] is
/// what a server says about an error. [KnownServers] keeps who a user is there: a [Key] or a
/// [Login]. A [LogFeed] are the lines of its log, [RequestIds] finds the call that the start of an
/// id means, a [CountedBody] says how far an upload is, [PathText] and [Json] know the two
/// languages spoken. Every method that asks blocks until there is an answer.
@NullMarked
package org.openlambda.cli.server;

import org.jspecify.annotations.NullMarked;
