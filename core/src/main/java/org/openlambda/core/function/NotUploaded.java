package org.openlambda.core.function;

import java.io.IOException;

/// A function cannot be removed through the registry, as it was not uploaded to it. Nothing has
/// changed. The message is for the caller.
public final class NotUploaded extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param owned what it is instead, in the user's own folder
  public NotUploaded(FunctionName name, String owned) {
    super(
        "cannot remove %s: it was not uploaded but is %s; whoever owns that can delete it"
            .formatted(name, owned));
  }
}
