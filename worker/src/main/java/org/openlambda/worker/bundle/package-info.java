/// Code on this worker's disk. The [BundleStore] copies each bundle once per digest into a folder
/// that only root can change, whatever happens to the place it came from; a [Bundle] is one of
/// them. [Bytecode] puts compiled files beside the sources, made inside a sandbox.
///
/// Absent on purpose: archives and `ol.yaml` (`control`), and how code gets into a sandbox.
@NullMarked
package org.openlambda.worker.bundle;

import org.jspecify.annotations.NullMarked;
