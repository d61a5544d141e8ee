package org.openlambda.control.lambda;

import org.openlambda.control.catalog.KeptVersion.Progress;
import org.openlambda.control.model.Fault;

/// A change comes while another one of the same function has not settled.
final class Unsettled extends Fault {
  private static final long serialVersionUID = 1L;

  /// @param arn of the function
  /// @param progress of the change that goes on
  Unsettled(String arn, Progress progress) {
    super(
        409,
        "ResourceConflictException",
        "The operation cannot be performed at this time. " + why(arn, progress));
  }

  private static String why(String arn, Progress progress) {
    return switch (progress) {
      case CREATING -> "The function is currently in the following state: Pending";
      case UPDATING, SETTLED -> "An update is in progress for resource: " + arn;
    };
  }
}
