package org.openlambda.control.catalog;

import java.util.Optional;
import java.util.UUID;

/// A name for a version that can be moved; a share of its calls may go to another version.
///
/// @param revision another one after each change
public record Alias(
    String name, int version, Optional<Share> other, String description, UUID revision) {
  /// @param version that gets a part of the calls
  /// @param weight which part, 0 to 1
  public record Share(int version, double weight) {}

  /// Whether calls go the same ways.
  boolean namesTheSameAs(Alias another) {
    return version == another.version && other.equals(another.other);
  }

  /// Which version a call takes.
  ///
  /// @param chance from 0, inclusive, to 1, exclusive; evenly distributed
  public int choose(double chance) {
    return other.isPresent() && chance < other.get().weight() ? other.get().version() : version;
  }
}
