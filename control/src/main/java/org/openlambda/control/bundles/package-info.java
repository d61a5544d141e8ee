/// The code of published functions: [Bundles] keeps each archive and what it unpacks to, by their
/// digests, so that equal code is kept once and never changes.
///
/// [FolderBundles] keeps them in a folder:
///
///     FOLDER/archive/SHA256   the archive as it came
///     FOLDER/tree/DIGEST/     what it unpacks to ([org.openlambda.core.bundle.FolderScan])
///     FOLDER/part/            what is under way; emptied at the start
///
/// [BucketBundles] keeps them in a [Bucket], and what was asked for lately in such a folder:
///
///     PREFIX/owner            whose it is: sealed with the key of the server
///     PREFIX/DIGEST/SHA256    an archive as it came, below the digest of what it unpacks to
///     PREFIX/DIGEST/merged    tar.gz of a tree that was made of others
///
/// Called by `catalog`, `lambda`, `registry` and `backup`. Absent on purpose: who uses which.
@NullMarked
package org.openlambda.control.bundles;

import org.jspecify.annotations.NullMarked;
