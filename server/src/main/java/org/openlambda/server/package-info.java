/// Where the parts become a system. [Main] is the table of contents: commands of `ol`; [Node] wires
/// registry, worker, journal and gateway into one process; [DevCommand] and [WorkerCommand] start
/// one; [Doctor] says what this machine can do; [Terminal] shows what happens to a person.
/// [UpCommand], [StatusCommand] and [DownCommand] are the life of a server for accounts;
/// [BackupCommand] and [RestoreCommand] make another one of it.
///
/// May import every room. Nobody imports this one.
@NullMarked
package org.openlambda.server;

import org.jspecify.annotations.NullMarked;
