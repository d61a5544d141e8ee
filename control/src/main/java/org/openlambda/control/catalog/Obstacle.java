package org.openlambda.control.catalog;

import java.util.Optional;
import org.openlambda.control.catalog.Setting.Kind;

/// Why instances cannot be kept ready for what an alias or a number names (AWS Lambda, "Provisioned
/// concurrency"). It holds also for an alias that is moved while they are.
public enum Obstacle {
  /// The alias shares its calls between two versions.
  WEIGHTS,
  /// It names what is not published.
  UNPUBLISHED,
  /// They are kept ready for the same version by another name.
  TAKEN;

  /// Of an alias as it is to be, if instances are kept ready for it.
  public static Optional<Obstacle> of(Function function, Alias after) {
    return function.setting(Kind.PROVISIONED, after.name()).isEmpty()
        ? Optional.empty()
        : of(function, after.name(), after.version(), after.other().isPresent());
  }

  /// @param name an alias or a number
  /// @param version that it names
  public static Optional<Obstacle> of(
      Function function, String name, int version, boolean isWeighted) {
    if (isWeighted) {
      return Optional.of(WEIGHTS);
    }
    if (version == 0) {
      return Optional.of(UNPUBLISHED);
    }
    boolean taken =
        function.settings().stream()
            .filter(other -> other.kind() == Kind.PROVISIONED && !other.qualifier().equals(name))
            .flatMap(other -> function.version(other.qualifier()).stream())
            .anyMatch(other -> other.number() == version);
    return taken ? Optional.of(TAKEN) : Optional.empty();
  }
}
