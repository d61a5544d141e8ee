/// The words every room speaks: what a function is, what an invocation is, how it ended and what it
/// used. Five small rooms: [org.openlambda.core.function], [org.openlambda.core.bundle] (what a
/// folder of code may hold), [org.openlambda.core.invocation], [org.openlambda.core.time],
/// [org.openlambda.core.units]. Imports `java.base` only; knows no transport, no file format and no
/// process.
@NullMarked
package org.openlambda.core;

import org.jspecify.annotations.NullMarked;
