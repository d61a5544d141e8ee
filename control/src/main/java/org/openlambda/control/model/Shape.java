package org.openlambda.control.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a value may be.
public sealed interface Shape {
  /// @param members in the order of the model
  /// @param payload the member that is the whole body, if one is
  record Structure(Map<String, Member> members, Set<String> required, Optional<String> payload)
      implements Shape {}

  /// @param element the shape of each
  record Sequence(String element, Range size) implements Shape {}

  /// @param key the shape of the names
  /// @param value the shape of what they name
  record Table(String key, String value, Range size) implements Shape {}

  /// @param pattern the whole of it has to match; as the model writes it
  /// @param values the only ones, in the order of the model; empty if any are allowed
  record Text(Range length, Optional<Pattern> pattern, List<String> values) implements Shape {}

  /// @param whole whether it has no fraction
  record Amount(Range range, boolean whole) implements Shape {}

  /// Bytes, in base64 within JSON.
  record Binary(Range length) implements Shape {}

  /// True or false.
  record Flag() implements Shape {}

  /// Seconds since 1970.
  record Moment() implements Shape {}

  /// Bounds, each included; infinite where the model has none.
  record Range(double least, double most) {}
}
