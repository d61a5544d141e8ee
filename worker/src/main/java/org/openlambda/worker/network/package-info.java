/// The way from a sandbox to the world, for functions with `network: outbound`.
///
/// Every sandbox is born with a network namespace of its own and nothing in it but loopback. When
/// one becomes a function's that asked for it, and before any code of the function runs,
/// [OutboundNetwork] plugs in one of its [Cables]: a veth pair whose one end is `eth0` inside, and
/// whose other end is on the host, under a name by which the firewall knows it.
///
///     sandbox                         host
///     eth0  100.80.x.y/32  ──────────  ol1a2b3c4d-00f3      no address; a route to 100.80.x.y
///     default via 100.64.0.1                │
///                                      table openlambda-1a2b3c4d ── masquerade ── uplink ── world
///
/// One table of nftables, loaded once with `nft(8)`, holds for all cables of a worker: what may
/// pass is written in [FirewallRules], and nowhere else. What the machine must have for it is
/// checked by [HostNetwork]: forwarding switched on by its owner, a default route, `nft`.
///
/// **Names.** [Resolvers] are those of the host; a sandbox with a cable sees them in
/// `/etc/resolv.conf`, and may reach port 53 of each, wherever it is. Others have no resolver.
///
/// **Taking down.** Nothing is: a cable goes with the sandbox's namespace, an explicit delete would
/// wait 16 to 20 ms. The table goes when the worker is closed, or when the next one starts.
///
/// Absent on purpose: IPv6 (dropped), anything inbound, rate limits, a pool of cables made in
/// advance, choosing destinations by function.
@NullMarked
package org.openlambda.worker.network;

import org.jspecify.annotations.NullMarked;
