/// What a program of the command line sees of the world around it: [Surroundings] are its streams
/// and its clock, an [Output] is a stream and what it ends at, a [Tty] paints where that is a
/// terminal, [HiddenInput] reads secrets, [Progress] shows how far an upload is. Immutable but for
/// the streams; imports no other room.
@NullMarked
package org.openlambda.cli.terminal;

import org.jspecify.annotations.NullMarked;
