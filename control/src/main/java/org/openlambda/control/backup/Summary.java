package org.openlambda.control.backup;

/// What a backup holds.
public record Summary(int archives, int tables, long rows) {}
