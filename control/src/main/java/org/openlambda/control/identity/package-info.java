/// Accounts, their users and keys: [Members] keeps them in the database, [KnownKeys] holds the keys
/// in memory for the gateway.
///
/// Called by `server` and `lambda`. Absent on purpose: how a signature is checked.
@NullMarked
package org.openlambda.control.identity;

import org.jspecify.annotations.NullMarked;
