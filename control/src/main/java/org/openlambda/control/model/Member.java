package org.openlambda.control.model;

/// A part of a structure.
///
/// @param shape the name of what it is
/// @param location where in a request it is
/// @param name what it is called there
public record Member(String shape, Location location, String name) {
  /// Parts of a request.
  public enum Location {
    /// In the JSON document, or the document itself.
    BODY,
    /// A segment of the path.
    PATH,
    /// A parameter of the query.
    QUERY,
    /// A field of the head.
    HEADER,
    /// Of an answer only.
    STATUS
  }
}
