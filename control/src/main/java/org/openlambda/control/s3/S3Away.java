package org.openlambda.control.s3;

import java.io.IOException;

/// The server of the bucket does not answer, or not in time, or says that it cannot now. It may any
/// moment.
public final class S3Away extends IOException {
  private static final long serialVersionUID = 1L;

  S3Away(String message, Throwable cause) {
    super(message, cause);
  }
}
