/// What comes out of a measurement: a [Goal] and the [Row] that says whether it was met, the
/// [Figures] of each side, the [Plot]s. Values only; pure.
@NullMarked
package org.openlambda.bench.figures;

import org.jspecify.annotations.NullMarked;
