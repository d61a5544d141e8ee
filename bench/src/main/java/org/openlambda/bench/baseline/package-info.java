/// What the platform is measured against, in the same run: programs that do the same work without
/// what a platform adds. The scripts are in `resources`.
///
/// [BareLoop] is the limit of a warm call; [FreshPython] the classic cold call, alone or in a
/// container; [BareFork] the limit of making sandboxes.
@NullMarked
package org.openlambda.bench.baseline;

import org.jspecify.annotations.NullMarked;
