/// Accounts, their users, and how these are known. [Members], [AccessKeys] and [Tokens] are the
/// tables, each within a transaction of its caller; [KnownKeys] holds keys and tokens in memory for
/// the gateway. [Passwords] hashes, [Attempts] counts what fails, [Denied] says why something is
/// not done.
///
/// Called by `server` and `people`. Absent on purpose: how a signature is checked, and who may do
/// what.
@NullMarked
package org.openlambda.control.identity;

import org.jspecify.annotations.NullMarked;
