package org.openlambda.control.s3;

import java.io.IOException;

/// The server of the bucket says no, and will say so again.
public final class S3Refused extends IOException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String code;
  private final String reason;

  /// @param status of HTTP
  /// @param code as `NoSuchKey` (Amazon S3 API Reference, "Error responses")
  /// @param reason in the server's words
  S3Refused(int status, String code, String reason, Throwable cause) {
    super(code + ": " + reason, cause);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }

  public String code() {
    return code;
  }

  /// In the server's words.
  public String reason() {
    return reason;
  }

  /// Whether there is no such object.
  public boolean isAbsence() {
    return status == 404 && !code.equals("NoSuchBucket");
  }

  /// Whether the credentials do not allow it.
  public boolean isDenial() {
    return status == 403;
  }
}
