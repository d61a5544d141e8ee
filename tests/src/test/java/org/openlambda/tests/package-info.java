/// Tests of the whole: a real `ol` in a process of its own, spoken to as its users do. [Server]
/// starts and ends it, [Http] calls it, [Functions] writes what it serves, [Footprint] is what it
/// holds of the machine, [Machine] says what kind of machine that is.
@NullMarked
package org.openlambda.tests;

import org.jspecify.annotations.NullMarked;
