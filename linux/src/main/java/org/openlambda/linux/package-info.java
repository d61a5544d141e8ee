/// The kernel, as this project uses it: the only room that calls native code (`java.lang.foreign`).
///
/// Linux on x86_64, 6.1 or newer. Nothing here knows what a function, a sandbox or a worker is.
///
/// | room | what |
/// |---|---|
/// | [org.openlambda.linux.call] | the system call itself, its numbers, its scratch memory |
/// | [org.openlambda.linux.fd] | descriptors, pipes, sockets that carry descriptors, kernel files |
/// | [org.openlambda.linux.process] | starting programs, waiting for them, pidfds |
/// | [org.openlambda.linux.mount] | detached mounts, and attaching them inside other namespaces |
/// | [org.openlambda.linux.cgroup] | limits, metering, freezing and killing of groups, v1 and v2 |
/// | [org.openlambda.linux.epoll] | one thread that watches any number of descriptors |
/// | [org.openlambda.linux.inotify] | what changed in a directory |
/// | [org.openlambda.linux.net] | network interfaces, addresses and routes |
/// | [org.openlambda.linux.system] | facts about this machine's kernel |
///
/// **Threads.** A native call occupies the carrier of a virtual thread for as long as it lasts.
/// Calls that take microseconds may be made from any thread. Those that wait for someone else say
/// *blocking* in their documentation and belong on platform threads only.
///
/// **Scratch memory** is never shared between threads and never kept in a `ThreadLocal`: a call
/// made now and then opens a [org.openlambda.linux.call.Calls] for itself (about 0.1 µs more than
/// the call alone), an owner with a thread of its own keeps one.
///
/// **Errors.** The world's failures are [LinuxException]s, which name the call, what it was made on
/// and the error.
@NullMarked
package org.openlambda.linux;

import org.jspecify.annotations.NullMarked;
