package org.openlambda.control.catalog;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.catalog.KeptVersion.Progress;
import org.openlambda.control.database.Transaction;

/// How a version settles: whoever makes or changes it writes it as [Progress#CREATING] or
/// [Progress#UPDATING], has it served, and ends that by [#end]; then it has another revision, as
/// with AWS Lambda. A node that dies in between leaves nothing behind: two seconds later everybody
/// reads it as settled, by the clock of the database and with the same revision.
public final class Settlement {
  private static final String COMING = "v.settling_since > now() - interval '2 seconds'";

  /// The columns of a row `v` of `version` that tell its revision and its progress.
  static final String COLUMNS =
      "case when "
          + COMING
          + " then v.revision else coalesce(v.settled_as, v.revision) end, case when "
          + COMING
          + " then v.settling end";

  /// What a row of `version` is written with, in the order of V6; `:settling` is [#text].
  static final String VALUES =
      "cast(:settling as text),"
          + " case when cast(:settling as text) is not null then clock_timestamp() end,"
          + " case when cast(:settling as text) is not null then gen_random_uuid() end";

  private Settlement() {}

  static Progress progress(@Nullable String settling) {
    return settling == null
        ? Progress.SETTLED
        : Progress.valueOf(settling.toUpperCase(Locale.ROOT));
  }

  static @Nullable String text(Progress progress) {
    return progress == Progress.SETTLED ? null : progress.name().toLowerCase(Locale.ROOT);
  }

  /// What was made or changed of a function is served. Whatever becomes of this transaction, the
  /// end is the same: so nobody waits for the disk.
  ///
  /// @param function its key
  public static void end(Transaction t, UUID function) {
    t.sql().execute("set local synchronous_commit = off");
    t.sql()
        .execute(
            "update version set revision = settled_as, settling = null, settling_since = null,"
                + " settled_as = null where function = ? and settling is not null",
            function);
  }
}
