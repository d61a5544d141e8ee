/// Measurements that anyone can repeat: `ol bench cold` and `ol bench warm`. Each starts a server
/// of its own as another process, drives it through HTTP on loopback, and measures a baseline in
/// turn with it, in the same run: quote the ratios, as machines differ.
///
/// [BenchCommand] is the entry; [ColdBench] and [WarmBench] are the scenarios; [Figures] is a row
/// of the result. Owns no state beyond a run. Absent on purpose: verdicts.
@NullMarked
package org.openlambda.bench;

import org.jspecify.annotations.NullMarked;
