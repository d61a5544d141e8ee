/// Processes: [Spawn] starts a program, [ChildExit] says how one of our own children ended, [PidFd]
/// is a handle to any process that no other process can slip into. The JVM never forks; a program
/// is started by `posix_spawn(3)`.
@NullMarked
package org.openlambda.linux.process;

import org.jspecify.annotations.NullMarked;
