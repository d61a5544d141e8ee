/// The transport: bytes become an [Exchange], an exchange's answer becomes bytes. HTTP/1.1 and
/// HTTP/2 in clear text (prior knowledge and Upgrade) on one port, by Netty. What is not proper
/// HTTP, too large, too slow or meant for another host is refused here, with a [Problem], and
/// nothing behind the door sees it.
///
/// - [Door] listens, counts and drains. Its settings are a [DoorConfig] with [DoorLimits].
/// - [Handler] is what stands behind: called on one virtual thread per request, in direct style.
/// - [Exchange] is one request and its answer; a `Conversation` keeps those of one connection (or
///   one HTTP/2 stream) in order.
///
/// This is the only room with callbacks: a `Conversation` and everything it owns belongs to its
/// event loop; an [Exchange] is where both worlds meet, and guards what they share by its monitor.
///
/// Absent on purpose: functions, routes, JSON other than problems, TLS.
@NullMarked
package org.openlambda.gateway.door;

import org.jspecify.annotations.NullMarked;
