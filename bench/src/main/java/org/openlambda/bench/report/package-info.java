/// What people read: [Table] on the terminal, [Page] with its plots ([Chart]) as one HTML file.
/// Pure functions of results.
@NullMarked
package org.openlambda.bench.report;

import org.jspecify.annotations.NullMarked;
