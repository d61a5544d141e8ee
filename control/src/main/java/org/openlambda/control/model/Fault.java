package org.openlambda.control.model;

import java.util.Map;

/// An answer that refuses, in the form of the service: its code names an error of the model, the
/// message is for the caller. Thrown by whatever finds the fault, turned into an answer in one
/// place.
public class Fault extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> more;

  /// @param status of HTTP
  /// @param code `ResourceNotFoundException`
  /// @param more members beside the message, such as `Reason`
  public Fault(int status, String code, String message, Map<String, String> more) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.more = Map.copyOf(more);
  }

  public Fault(int status, String code, String message) {
    this(status, code, message, Map.of());
  }

  /// A value that cannot be, though its shape is right.
  public static Fault invalid(String message) {
    return new Fault(400, "InvalidParameterValueException", message);
  }

  /// Nothing has this name.
  public static Fault notFound(String message) {
    return new Fault(404, "ResourceNotFoundException", message);
  }

  /// It is in the way.
  public static Fault conflict(String message) {
    return new Fault(409, "ResourceConflictException", message);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, String> more() {
    return more;
  }

  /// For the caller.
  public String text() {
    return String.valueOf(getMessage());
  }
}
