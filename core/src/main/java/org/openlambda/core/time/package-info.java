/// One injected clock for everything that measures, waits or dates: [Time].
@NullMarked
package org.openlambda.core.time;

import org.jspecify.annotations.NullMarked;
