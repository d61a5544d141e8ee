/// The read side of the API of CloudWatch Logs (API version 2014-03-28, protocol awsJson1_1): what
/// functions have printed, for the tools of AWS. A function that has printed something is the group
/// `/aws/lambda/NAME`, each of its instances a stream, a line an event.
///
/// [LogsApi] finds the operation and answers; [Groups] tells of groups and streams, [Events] of
/// lines; [FilterPattern] says which lines are wanted, [JsonPattern] those that are JSON. An [Ask]
/// is a request with what it says, a [Token] where the next page begins.
///
/// Called by the gateway with requests whose signature was checked; what is kept belongs to
/// [org.openlambda.control.logs.LogStore]. Absent on purpose: everything that writes, as functions
/// are the only ones who write here, and queries (`StartQuery`) and live tails.
@NullMarked
package org.openlambda.control.cloudwatch;

import org.jspecify.annotations.NullMarked;
