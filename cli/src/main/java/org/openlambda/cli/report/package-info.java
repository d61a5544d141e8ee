/// Turns the server's JSON into what people read: a [FunctionTable] for `ol ls`, an [Account] of
/// one [Call] for `ol why`, [LogLine]s for `ol logs`, [Figures] of what a call took, a [Table] of
/// anything else. Pure functions of the JSON; they print nothing themselves.
@NullMarked
package org.openlambda.cli.report;

import org.jspecify.annotations.NullMarked;
