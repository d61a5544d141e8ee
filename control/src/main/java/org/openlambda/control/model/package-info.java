/// The public model of the AWS Lambda API, as data: which operations there are, what their inputs
/// look like and which values are allowed.
///
/// [Model] reads it from the resource `lambda.json` (made by `control/src/model/update.py`);
/// [Operations] finds the [Operation] of a request, [InputReader] makes its input one JSON object
/// whatever part of the request it came in, [Validation] says everything that is wrong with it, in
/// the words of the service. [Shape] and [Member] are the model's own. [Fault] is an answer that
/// refuses.
///
/// Called by `lambda`. Stateless. Absent on purpose: what the operations do.
@NullMarked
package org.openlambda.control.model;

import org.jspecify.annotations.NullMarked;
