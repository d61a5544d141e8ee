/// Archives on the disk. An [Upload] is one on its way in; [Unpacked] makes folders of archives and
/// forgets them; [Trees] deletes and syncs.
///
/// Called by `registry`. Owns the upload folder's hidden files and the state folder. Absent on
/// purpose: what an archive may hold, which `archive` judges.
@NullMarked
package org.openlambda.control.store;

import org.jspecify.annotations.NullMarked;
