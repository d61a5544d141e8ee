package org.openlambda.core.identity;

import org.openlambda.core.function.Account;

/// Somebody known.
///
/// @param user the name within the account
/// @param credential the id of the key or token that told us; never what is secret of it
public record Principal(Account account, String user, Role role, String credential) {}
