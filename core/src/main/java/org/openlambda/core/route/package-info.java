/// What may be called, and by whom: [Routes] knows versions by their qualifiers, [FunctionUrl]s by
/// their ids, and the [ResourcePolicy] of each. [Provisioning] keeps some ready ahead of calls.
///
/// Absent on purpose: where it comes from, which `control.catalog` knows.
@NullMarked
package org.openlambda.core.route;

import org.jspecify.annotations.NullMarked;
