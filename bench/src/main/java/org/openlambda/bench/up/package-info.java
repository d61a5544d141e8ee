/// A server for accounts, and its callers: [UpServer] is `ol up` with what a measurement needs of
/// it, [Tenant] an account with its key, [Key] signs, [SignedCalls] are calls of functions by the
/// AWS Lambda API as an SDK sends them.
///
/// Called by `harness` and `scenario`. Owns the server's process, and nothing else.
@NullMarked
package org.openlambda.bench.up;

import org.jspecify.annotations.NullMarked;
