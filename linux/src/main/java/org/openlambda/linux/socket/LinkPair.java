package org.openlambda.linux.socket;

import java.nio.channels.SocketChannel;
import org.openlambda.linux.fd.Fd;

/// Both ends of a connected stream, owned by the caller.
///
/// @param ours in blocking mode
/// @param theirs the end to send to another process, and to close here afterwards
public record LinkPair(SocketChannel ours, Fd theirs) {}
