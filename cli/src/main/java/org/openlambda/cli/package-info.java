/// The command line `ol`, as far as it talks to a server: over HTTP only. [Ol] is the root command;
/// commands that run a server are added by whoever starts the program.
@NullMarked
package org.openlambda.cli;

import org.jspecify.annotations.NullMarked;
