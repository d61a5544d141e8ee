/// A stream that is a `SocketChannel` on our side, so that virtual threads can wait for it, and a
/// plain descriptor on the other, so that it can be sent to a sandbox: [LinkSockets] makes
/// [LinkPair]s.
@NullMarked
package org.openlambda.linux.socket;

import org.jspecify.annotations.NullMarked;
