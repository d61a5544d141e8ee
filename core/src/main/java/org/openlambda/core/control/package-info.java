/// What a gateway passes on to the control plane: requests that change or describe functions and
/// run none. [ControlApi] speaks the protocol of AWS, [Rollbacks] is what that has no words for.
@NullMarked
package org.openlambda.core.control;

import org.jspecify.annotations.NullMarked;
