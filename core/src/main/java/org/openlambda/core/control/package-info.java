/// What a gateway passes on to the control plane: requests that change or describe functions and
/// run none.
@NullMarked
package org.openlambda.core.control;

import org.jspecify.annotations.NullMarked;
