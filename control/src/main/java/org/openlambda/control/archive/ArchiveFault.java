package org.openlambda.control.archive;

import java.io.IOException;

/// The archive is so wrong that reading on makes no sense. Travels as an [IOException] through the
/// libraries between the place that notices and [Archive].
final class ArchiveFault extends IOException {
  private static final long serialVersionUID = 1L;

  ArchiveFault(String problem) {
    super(problem);
  }
}
