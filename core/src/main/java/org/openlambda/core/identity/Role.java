package org.openlambda.core.identity;

/// What somebody may do in an account; each may do what those after it may.
public enum Role {
  /// Users and keys, too.
  ADMIN,
  /// Functions: make, change, delete, see logs.
  DEVELOPER,
  /// Call functions.
  INVOKER;

  /// Whether whoever has this may do what needs `needed`.
  public boolean covers(Role needed) {
    return compareTo(needed) <= 0;
  }
}
