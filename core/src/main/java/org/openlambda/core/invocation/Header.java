package org.openlambda.core.invocation;

/// One header field; names compare without case, order and repetition are kept.
///
/// @param name as received; never empty
/// @param value without surrounding white space
public record Header(String name, String value) {}
