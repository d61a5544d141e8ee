package org.openlambda.core.identity;

import org.openlambda.core.function.Account;

/// Somebody known.
///
/// @param user the name within the account
public record Principal(Account account, String user, Role role) {}
