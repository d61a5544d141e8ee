/// How often the worker did what: [Counters]. Imported by the rooms that do it.
@NullMarked
package org.openlambda.worker.count;

import org.jspecify.annotations.NullMarked;
