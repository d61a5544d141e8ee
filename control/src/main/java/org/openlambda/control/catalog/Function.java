package org.openlambda.control.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;

/// A function as the database has it.
///
/// @param key of the database
/// @param nextVersion the number that the next one published gets
/// @param reserved how many calls of it may run at once, if that is limited
/// @param versions by number, 0 is `$LATEST`
/// @param aliases by name
/// @param settings what it has beside
public record Function(
    UUID key,
    FunctionId id,
    int nextVersion,
    OptionalInt reserved,
    Map<String, String> tags,
    SortedMap<Integer, KeptVersion> versions,
    SortedMap<String, Alias> aliases,
    List<Setting> settings) {
  public Function {
    tags = Map.copyOf(tags);
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
    settings = List.copyOf(settings);
  }

  /// @param qualifier empty for the function's own
  public Optional<Setting> setting(Setting.Kind kind, String qualifier) {
    return settings.stream()
        .filter(setting -> setting.kind() == kind && setting.qualifier().equals(qualifier))
        .findFirst();
  }

  /// What has not been published.
  public KeptVersion latest() {
    return versions.getOrDefault(0, versions.firstEntry().getValue());
  }

  /// @param qualifier a number, an alias, or [Version#LATEST]
  public Optional<KeptVersion> version(String qualifier) {
    Alias alias = aliases.get(qualifier);
    if (alias != null) {
      return Optional.ofNullable(versions.get(alias.version()));
    }
    if (qualifier.equals(Version.LATEST)) {
      return Optional.of(latest());
    }
    return isNumber(qualifier)
        ? Optional.ofNullable(versions.get(Integer.parseInt(qualifier)))
        : Optional.empty();
  }

  /// Whether it can be the number of a published version.
  public static boolean isNumber(String qualifier) {
    return qualifier.matches("[1-9][0-9]{0,8}");
  }
}
