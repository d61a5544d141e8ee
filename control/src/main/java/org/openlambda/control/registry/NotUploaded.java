package org.openlambda.control.registry;

import java.io.IOException;
import java.nio.file.Path;
import org.openlambda.core.function.FunctionName;

/// A function cannot be removed through the registry, as it was not uploaded to it. Nothing has
/// changed. Its message is for the caller.
public final class NotUploaded extends IOException {
  private static final long serialVersionUID = 1L;

  NotUploaded(FunctionName name, Path path) {
    super(
        "cannot remove %s: it was not uploaded but is %s; whoever owns that can delete it"
            .formatted(name, path.getFileName()));
  }
}
