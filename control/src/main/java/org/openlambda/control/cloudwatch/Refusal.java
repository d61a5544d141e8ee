package org.openlambda.control.cloudwatch;

/// An answer that refuses, in the form of the service.
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  Refusal(int status, String type, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
  }

  /// A value that cannot be.
  static Refusal invalid(String message) {
    return new Refusal(400, "InvalidParameterException", message);
  }

  /// @param what `log group`, `log stream`
  static Refusal unknown(String what) {
    return new Refusal(
        400, "ResourceNotFoundException", "The specified " + what + " does not exist.");
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  /// For the caller.
  String text() {
    return String.valueOf(getMessage());
  }
}
