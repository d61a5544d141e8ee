/// The scenarios, a file each; [Scenarios] lists them in the order in which `ol bench all` runs
/// them. What they stand on is in `harness`; how to add one, in `docs/bench.md`.
@NullMarked
package org.openlambda.bench.scenario;

import org.jspecify.annotations.NullMarked;
