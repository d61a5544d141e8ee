package org.openlambda.control.catalog;

import java.util.Optional;
import org.openlambda.control.catalog.Catalog.Totals;

/// What an account may have of code: bytes on the disk, and versions, as every node knows them all
/// in memory.
///
/// @param bytes of the archives of all versions of functions and layers
/// @param versions of functions, each with what is not published
public record CodeQuota(long bytes, long versions) {
  /// 75 GiB, as AWS Lambda gives, and 100,000 versions.
  public static final CodeQuota DEFAULT = new CodeQuota(80_530_636_800L, 100_000);

  /// The same with other bytes.
  public CodeQuota with(long otherBytes) {
    return new CodeQuota(otherBytes, versions);
  }

  /// What a change has gone beyond, in words; whoever adds nothing never does.
  ///
  /// @param before of the account, in the transaction of the change
  public Optional<String> excess(Totals before, Totals after) {
    if (after.codeBytes() > before.codeBytes() && after.codeBytes() > bytes) {
      return Optional.of("Code storage limit exceeded.");
    }
    return after.versions() > before.versions() && after.versions() > versions
        ? Optional.of("An account has %d versions of functions at most.".formatted(versions))
        : Optional.empty();
  }
}
