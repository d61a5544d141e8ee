/// Functions to start from: a [Template] is a folder of files beside this package's classes, copied
/// with the function's name filled in.
@NullMarked
package org.openlambda.cli.template;

import org.jspecify.annotations.NullMarked;
