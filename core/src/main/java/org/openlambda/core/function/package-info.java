/// What can be invoked. A [FunctionName] names it; a [Version] is immutable: [Code] known by its
/// [Digest], and a [FunctionConfig] with its [Entry] and [Limits]. A [Registry] owns the names and
/// says which version each means now. [Problems] collects what is wrong with a bundle.
///
/// Absent on purpose: file formats (`ol.yaml` is read in `control`), and how code is unpacked.
@NullMarked
package org.openlambda.core.function;

import org.jspecify.annotations.NullMarked;
