/// The one place that reads tar.gz. [Archive] reads a stream and judges every entry within
/// [ArchiveBounds] before it hands it to an [EntryConsumer]; [Unpacker] is the one that writes
/// files.
///
/// Called by `registry`. Owns no state. Absent on purpose: making archives.
@NullMarked
package org.openlambda.control.archive;

import org.jspecify.annotations.NullMarked;
