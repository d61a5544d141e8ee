/// The command line `ol`, as far as it talks to a server or to files: [Ol] is the root command, and
/// each `…Command` is one sub-command. Commands that run a server are added by whoever starts the
/// program.
///
/// A command is used once, by the thread that parsed the command line, and may block on the network
/// and the disk. Absent on purpose: everything that serves, and every import of a room that does.
@NullMarked
package org.openlambda.cli;

import org.jspecify.annotations.NullMarked;
