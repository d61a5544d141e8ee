/// Who knows the functions and what happened to them. [org.openlambda.control.registry] owns the
/// names; [org.openlambda.control.watch] tells it what changed in folders, and
/// [org.openlambda.control.store] keeps its archives; [org.openlambda.control.config] reads
/// `ol.yaml`; [org.openlambda.control.archive] reads tar.gz; [org.openlambda.core.bundle] knows
/// what a folder of code may hold and what its digest is; [org.openlambda.control.journal]
/// remembers the last invocations.
///
/// Absent on purpose: how code is run, and HTTP.
@NullMarked
package org.openlambda.control;

import org.jspecify.annotations.NullMarked;
