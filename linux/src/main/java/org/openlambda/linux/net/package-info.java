/// Interfaces, addresses and routes, as `rtnetlink(7)` takes them. [RouteSocket] speaks with the
/// kernel about the network namespace it was opened in; [NetworkNamespace] is how a thread gets
/// into the one of a sandbox; [VethEnd] is one end of a virtual cable; [MacAddress] is what two
/// ends know one another by.
///
/// Messages are written by hand, byte by byte ([RouteMessage]): six kinds are all that is needed.
///
/// Absent on purpose: firewall rules, which `nft(8)` loads once for a worker, and taking anything
/// down: an interface, its addresses and its routes go with the namespace it is in, while an
/// explicit delete waits 16 to 20 ms for the kernel.
@NullMarked
package org.openlambda.linux.net;

import org.jspecify.annotations.NullMarked;
