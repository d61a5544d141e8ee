/// The code of published functions: [Bundles] keeps each archive and what it unpacks to, by their
/// digests, so that equal code is kept once and never changes.
///
/// Called by `catalog` and `lambda`. Owns one folder:
///
///     FOLDER/archive/SHA256   the archive as it came
///     FOLDER/tree/DIGEST/     what it unpacks to ([org.openlambda.core.bundle.FolderScan])
///     FOLDER/part/            what is under way; emptied at the start
///
/// Absent on purpose: who uses which.
@NullMarked
package org.openlambda.control.bundles;

import org.jspecify.annotations.NullMarked;
