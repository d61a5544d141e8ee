package org.openlambda.bench.up;

/// An account, by the key of its administrator.
///
/// @param account 12 digits
public record Tenant(String account, Key key) {}
