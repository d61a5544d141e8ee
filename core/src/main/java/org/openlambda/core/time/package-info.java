/// One injected clock for everything that measures, waits or dates: [Time]. An [Allowance] is how
/// often something may be done; [Patience] says when waiting for the machine itself is given up.
@NullMarked
package org.openlambda.core.time;

import org.jspecify.annotations.NullMarked;
