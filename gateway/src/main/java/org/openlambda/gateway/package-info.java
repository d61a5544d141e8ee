/// The front of the platform: HTTP comes in, invocations go down, outcomes come back as answers.
/// [Gateway] opens it from a [GatewayConfig]. Three rooms: [org.openlambda.gateway.door] (the
/// transport), [org.openlambda.gateway.router] (names to versions, outcomes to answers) and
/// [org.openlambda.gateway.api] (OpenLambda's worker API and our own).
@NullMarked
package org.openlambda.gateway;

import org.jspecify.annotations.NullMarked;
