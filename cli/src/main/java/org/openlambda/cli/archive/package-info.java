/// Packs a function's folder: [BundleArchive] is the `.tar.gz` that OpenLambda's registry takes,
/// [ZipBundle] the zip that the AWS Lambda API takes. The bytes of both depend on the folder's
/// content alone.
@NullMarked
package org.openlambda.cli.archive;

import org.jspecify.annotations.NullMarked;
