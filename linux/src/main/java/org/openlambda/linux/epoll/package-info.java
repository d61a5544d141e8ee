/// Watching many descriptors with one thread: [Poller] owns the thread, a [Handler] is told what
/// happened to one descriptor.
@NullMarked
package org.openlambda.linux.epoll;

import org.jspecify.annotations.NullMarked;
