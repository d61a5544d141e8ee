package org.openlambda.control.catalog;

import java.util.Optional;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;

/// What an account may have of code: bytes on the disk, and versions, as every node knows them all
/// in memory.
///
/// @param bytes of the archives of all versions of functions and layers
/// @param versions of functions, each with what is not published
public record CodeQuota(long bytes, long versions) {
  /// 75 GB, as AWS Lambda gives, and 100,000 versions.
  public static final CodeQuota DEFAULT = new CodeQuota(80_530_636_800L, 100_000);

  /// Whether an account has more than that, in words; within the transaction that has added to it.
  public Optional<String> excess(Catalog catalog, Transaction t, Account account) {
    Catalog.Totals totals = catalog.totals(t, account);
    if (totals.codeBytes() > bytes) {
      return Optional.of("Code storage limit exceeded.");
    }
    return totals.versions() > versions
        ? Optional.of("An account has %d versions of functions at most.".formatted(versions))
        : Optional.empty();
  }
}
