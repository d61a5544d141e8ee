/// Who owns the names. [FolderRegistry] serves the functions of folders and of uploaded archives;
/// it reads a function when it is first asked for, and again when [Watches] says that it changed.
///
///     FolderRegistry   names → KnownFunction; install and remove
///      ├ Roots         which folder or archive a name means
///      ├ Watches       what changed since the last look, from FolderChanges (inotify)
///      └ KnownFunction the last reading of one function; Settling decides when to read again
///         └ BundleReader   folder → version or problems; Unpacked makes folders of archives
///
/// Called by the router and the registry's door, on any thread. Absent on purpose: other processes
/// that write to the state folder, and a history of versions.
@NullMarked
package org.openlambda.control.registry;

import org.jspecify.annotations.NullMarked;
