/// Who owns the names. [FolderRegistry] serves the functions of folders and uploaded archives; it
/// reads a function when it is first asked for, and again when that has changed.
///
///     FolderRegistry   names → KnownFunction; install and remove
///      ├ Roots         which folder or archive a name means
///      ├ Watches       what changed since the last look (room `watch`)
///      └ KnownFunction the last reading of one function; Settling decides when to read again
///         └ BundleReader   folder → version or problems; archives come from room `store`
///
/// Called by the router and the registry's door, on any thread. Absent on purpose: other processes
/// that write to the state folder, and a history of versions.
@NullMarked
package org.openlambda.control.registry;

import org.jspecify.annotations.NullMarked;
