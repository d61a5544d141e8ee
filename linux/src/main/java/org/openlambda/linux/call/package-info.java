/// The system call itself: [Syscall] is the table of numbers, [Calls] makes a call and owns the
/// memory for it. Only the rooms of this module come in here. Absent on purpose: a method per
/// system call; each room writes down its calls where it needs them.
@NullMarked
package org.openlambda.linux.call;

import org.jspecify.annotations.NullMarked;
