/// Measurements that anyone can repeat: `ol bench NAME` and `ol bench all`. Each starts a server of
/// its own as another process, drives it through HTTP on loopback, and measures a baseline in turn
/// with it, in the same run: quote the ratios, as machines differ.
///
/// [BenchCommand] is the entry. The rooms, lowest first: `load` (the client), `figures` (what comes
/// out), `machine` (processes and their time), `baseline`, `harness` (rounds), `scenario`,
/// `report`. Owns no state beyond a run.
@NullMarked
package org.openlambda.bench;

import org.jspecify.annotations.NullMarked;
