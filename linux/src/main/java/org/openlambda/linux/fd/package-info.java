/// Descriptors and what is made of them: [Fd] owns one, [Pipe] and [SocketPair] are two,
/// [MessageSocket] sends messages with descriptors in them, [KernelFile] reads and writes the small
/// files of `/proc`, `/sys` and cgroups. Every descriptor made here is closed in programs we start
/// (`CLOEXEC`), unless [org.openlambda.linux.process.Spawn] is told to hand it on.
@NullMarked
package org.openlambda.linux.fd;

import org.jspecify.annotations.NullMarked;
