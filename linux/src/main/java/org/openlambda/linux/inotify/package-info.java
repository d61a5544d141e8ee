/// What changed in a directory: [Inotify] is asked now and then and answers with [Event]s. It never
/// waits and has no thread.
@NullMarked
package org.openlambda.linux.inotify;

import org.jspecify.annotations.NullMarked;
