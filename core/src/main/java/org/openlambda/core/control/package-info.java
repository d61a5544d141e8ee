/// What a gateway passes on to the control plane: requests that change or describe functions and
/// run none, in the protocol of the AWS Lambda API ([ControlApi]) and of our own ([Registries], and
/// [Rollbacks], which AWS has no words for). Who the askers are is in
/// [org.openlambda.core.identity].
@NullMarked
package org.openlambda.core.control;

import org.jspecify.annotations.NullMarked;
