/// The one place that reads and writes tar.gz. [Archive] reads a stream and judges every entry
/// within [ArchiveBounds] before it hands it to an [EntryConsumer]; [Unpacker] is the one that
/// writes files. [ZipArchive] does the same for zip. [Packer] makes an archive of a folder.
///
/// Called by `registry` and `bundles`. Owns no state.
@NullMarked
package org.openlambda.control.archive;

import org.jspecify.annotations.NullMarked;
