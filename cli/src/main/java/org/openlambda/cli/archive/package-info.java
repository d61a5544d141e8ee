/// Packs a function's folder as OpenLambda's registry takes it: [BundleArchive] is a `.tar.gz`
/// whose bytes depend on the folder's content alone.
@NullMarked
package org.openlambda.cli.archive;

import org.jspecify.annotations.NullMarked;
