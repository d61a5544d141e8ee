/// What a folder of code may hold, and what its digest is. [FolderScan] reads a folder into a
/// [FolderContent] within [BundleBounds]; [EntryPath] and [LinkTarget] judge names and symbolic
/// links wherever they come from; [Ignored] names what is no code. [CodeSource] brings code to this
/// machine, or says that its place is [CodeAway].
///
/// Called by `control` and `worker`. Owns no state. Absent on purpose: watching for changes.
@NullMarked
package org.openlambda.core.bundle;

import org.jspecify.annotations.NullMarked;
