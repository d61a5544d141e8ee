/// Quantities whose unit must not be guessed. [Bytes] is the only one: for time,
/// `java.time.Duration` and `Instant` serve.
@NullMarked
package org.openlambda.core.units;

import org.jspecify.annotations.NullMarked;
