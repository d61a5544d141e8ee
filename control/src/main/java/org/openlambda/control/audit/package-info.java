/// Who changed what: [AuditLog] notes each [Deed] in the transaction that it tells of. The database
/// refuses to change what is written there, and forgets it after 400 days.
///
/// Called by the rooms that change something for somebody: `lambda`, `registry`, `people`. Absent
/// on purpose: calls of functions, which change nothing, and any value that was given to an
/// operation.
@NullMarked
package org.openlambda.control.audit;

import org.jspecify.annotations.NullMarked;
