/// All that a server keeps, in one file. [Backup] writes it beside a server that runs, [Restore]
/// reads it into an empty database and folder, after [BackupReader] has found it whole.
///
/// The file is a tar (POSIX.1-2001, "pax"), so that other programs can look into it. Its entries,
/// in this order:
///
///     head.json                {"format": 1, "made": "2026-01-31T12:00:00Z"}
///     secret.key               32 bytes: what secrets in the tables are sealed with
///     bundles/TREE/SHA256      an archive of code as it came, below the digest of its tree
///     bundles/TREE/merged      tar.gz of a tree that was made of others
///     tables.json              {"schema": "5", "tables": [{"name": …, "columns": […]}, …],
///                              "sequences": {NAME: NUMBER, …}}
///     tables/NAME/000001.gz    rows in the text format of COPY, 8 MiB before they were packed,
///                              which may end anywhere; those of a table one after the other
///     bundles/…                code that came while the rest was written
///     end.json                 {"bytes": N, "sha256": HEX}
///
/// The end tells how many bytes of the file stand before its header, and their digest; after it are
/// zeros. That tells a file that was cut off or damaged; it does not tell one that somebody has
/// made: who can write the file can write its digest.
///
/// Called by the commands of `server`. The code comes first and the tables of one moment after it,
/// so that no server has to hold anything while code is copied: what the tables need and did not
/// exist before has come so lately that no sweep has taken it. Absent on purpose: logs, which are a
/// node's own.
@NullMarked
package org.openlambda.control.backup;

import org.jspecify.annotations.NullMarked;
