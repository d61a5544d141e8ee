/// What the gateway answers itself: OpenLambda's worker API (`/status`, `/stats`, `/debug`,
/// `/registry`) with its exact texts, and our own under `/api/v1`, which speaks JSON and which `ol`
/// is a client of. [Api] knows the paths; [RegistryApi], [JournalApi] and [WorkerApi] answer, and
/// [AliasApi] where there are accounts. [WorkerReport] is what a worker must tell.
///
/// [OwnRoutes] says which paths there are, and for whom; [ApiDescription] describes them for
/// programs (`openapi.json`), and a test holds that both are one. Where there are accounts,
/// [PeopleDoor] passes on what is about people.
///
/// Called on the virtual thread of a request; owns nothing. Absent on purpose: who is asking, and
/// everything that changes a function but upload, removal and going back.
@NullMarked
package org.openlambda.gateway.api;

import org.jspecify.annotations.NullMarked;
