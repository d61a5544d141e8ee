/// The AWS Lambda API: what its operations do.
///
/// [LambdaApi] finds the operation of a request, has its input checked against the public model,
/// and gives it to one of [FunctionOperations], [VersionOperations], [AliasOperations] and
/// [SettingOperations], or those of layers, URLs and policies; [Kept] is what they change, and how
/// it settles; [Description] puts into words what is kept; [Naming] resolves what callers call
/// functions. Refusals are [org.openlambda.control.model.Fault]s.
///
/// Called by the gateway, through `core.control`. The behaviours that clients rely on, beyond the
/// model, are those of the real service, word for word. Absent on purpose: calls of functions,
/// which never come here.
@NullMarked
package org.openlambda.control.lambda;

import org.jspecify.annotations.NullMarked;
