/// The machine and the processes on it: [Machine] and what it did meanwhile, a server of the run's
/// own ([ServerProcess]), the run's files ([Workspace]), and processor time ([Spender]).
@NullMarked
package org.openlambda.bench.machine;

import org.jspecify.annotations.NullMarked;
