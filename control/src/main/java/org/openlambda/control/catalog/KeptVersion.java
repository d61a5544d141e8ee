package org.openlambda.control.catalog;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Version;
import tools.jackson.databind.node.ObjectNode;

/// A version as the database has it.
///
/// @param number 0 is `$LATEST`
/// @param code which archive
/// @param configuration the members of the API's `FunctionConfiguration` that somebody may set, but
///   the environment; must not be changed
/// @param environment empty if none was ever given
/// @param revision another one after each change, and again when that has settled
public record KeptVersion(
    int number,
    KeptCode code,
    ObjectNode configuration,
    Optional<Map<String, String>> environment,
    UUID revision,
    Instant modified,
    Progress progress) {
  /// How far along it is.
  public enum Progress {
    /// It was made, and is not known to be served yet.
    CREATING,
    /// The same of one that was changed.
    UPDATING,
    /// It is served.
    SETTLED
  }

  /// One that is settled.
  public KeptVersion(
      int number,
      KeptCode code,
      ObjectNode configuration,
      Optional<Map<String, String>> environment,
      UUID revision,
      Instant modified) {
    this(number, code, configuration, environment, revision, modified, Progress.SETTLED);
  }

  /// An archive.
  ///
  /// @param archive of its bytes
  /// @param tree of what it unpacks to
  /// @param bytes of the archive
  public record KeptCode(Digest archive, Digest tree, long bytes) {}

  /// As people write it: `$LATEST`, `1`.
  public String label() {
    return label(number);
  }

  /// The same of a number.
  static String label(int number) {
    return number == 0 ? Version.LATEST : Integer.toString(number);
  }
}
