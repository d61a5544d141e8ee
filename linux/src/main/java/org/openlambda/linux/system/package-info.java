/// What this machine's kernel offers and allows, read anew at each question: [Kernel]. Decides
/// nothing; whoever asks knows what is needed.
@NullMarked
package org.openlambda.linux.system;

import org.jspecify.annotations.NullMarked;
