/// What those who watch a server ask: `/metrics` in the text format of Prometheus (0.0.4),
/// `/healthz` and `/readyz`. [Monitoring] answers; [Metered] stands before the worker and counts
/// every call, whichever door it came by, in the [Series] of its version; [SeriesTable] holds them,
/// and [Exposition] writes. What only the node itself knows comes from
/// [org.openlambda.gateway.api.WorkerReport].
///
/// Called by `Gateway`; owns its counters. Absent on purpose: pushing to anybody, and labels that
/// come from callers.
@NullMarked
package org.openlambda.gateway.monitoring;

import org.jspecify.annotations.NullMarked;
