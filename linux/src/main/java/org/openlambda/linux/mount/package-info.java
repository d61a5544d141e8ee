/// Mounts that no namespace has yet, and attaching them inside the namespace of a sandbox from
/// outside. [DetachedMount] makes one; [Mounter] owns the one thread that goes into other mount
/// namespaces and comes back; [Attach] is what it is asked to do. See `open_tree(2)`,
/// `move_mount(2)`, `setns(2)`.
///
/// A mount is attached from outside, after the sandbox has given up its capabilities: a process
/// that has them in its own user namespace could undo the flags (read-only, nosuid) of a mount
/// handed to it.
@NullMarked
package org.openlambda.linux.mount;

import org.jspecify.annotations.NullMarked;
