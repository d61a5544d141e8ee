/// What the build promises about its own shape, held by tests that need no privilege and no build
/// of `ol`: [ArrowsTest] (which room may import which), [TidyTest] (sizes, names, words),
/// [LimitsTest] and [DependenciesTest] (the tables at the root and what they name). [Tree] is the
/// source tree they look at; [JavaFile] is one parsed file of it.
@NullMarked
package org.openlambda.tests.gate;

import org.jspecify.annotations.NullMarked;
