package org.openlambda.core.route;

import java.util.Map;
import java.util.Optional;
import org.openlambda.core.function.Version;

/// Keeps instances loaded ahead of calls (AWS Lambda, "Provisioned concurrency"). Safe for any
/// thread.
public interface Provisioning {
  /// How many instances of each version are to be kept from now on; of all others none are. Returns
  /// before they are there.
  void keep(Map<Version, Integer> wanted);

  /// How far along that is.
  Progress progress(Version version);

  /// @param ready instances that are loaded, or run
  /// @param failure why the last one could not be made; empty if it could
  record Progress(int ready, Optional<String> failure) {
    /// Nothing is there yet.
    public static final Progress NONE = new Progress(0, Optional.empty());
  }
}
