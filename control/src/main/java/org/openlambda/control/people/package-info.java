/// The API of our own for people: accounts, users, keys, tokens, and the audit log, in JSON.
///
/// [PeopleApi] has the routes; [AccountOperations], [UserOperations], [KeyOperations],
/// [TokenOperations] and [AuditOperations] are what they do, each change in one transaction with
/// its entry in the audit log ([Desk]). [Asked] is a request, [Input] its body.
///
/// Called by the gateway, through [org.openlambda.core.identity.Administration], which has compared
/// roles. Absent on purpose: HTTP.
@NullMarked
package org.openlambda.control.people;

import org.jspecify.annotations.NullMarked;
