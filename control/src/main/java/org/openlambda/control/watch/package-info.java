/// What changes in folders. [Watches] lets each owner know what happened in the folders it asked
/// for; [FolderChanges] is where it learns that, [InotifyChanges] the real one.
///
/// Called by `registry`. Owns the kernel's watches. Absent on purpose: threads, and what a change
/// means.
@NullMarked
package org.openlambda.control.watch;

import org.jspecify.annotations.NullMarked;
