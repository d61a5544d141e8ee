/// What people and programs read: [Table] on the terminal. Pure functions of results.
@NullMarked
package org.openlambda.bench.report;

import org.jspecify.annotations.NullMarked;
