/// Templates of the AWS Serverless Application Model, as far as they describe functions.
///
/// [TemplateFile] reads the YAML into a tree, in which short tags (`!Ref`) are their long forms;
/// [Values] evaluates what refers to parameters, conditions and other resources; [SamReader] makes
/// of it a [SamTemplate]: [SamFunction]s, [SamLayer]s, and a [LeftOut] for each thing that is not
/// served. [Build] packs code with its packages, and [Deployment] brings it to a server.
///
/// Called by the command `import`, by one thread. Absent on purpose: everything of a template that
/// is no function; it is named, with the reason.
@NullMarked
package org.openlambda.cli.sam;

import org.jspecify.annotations.NullMarked;
