/// What every scenario stands on. A [Scenario] is one small file: its name, its goals as data, and
/// a method that measures through a [Run]. [Run#alternate] runs rounds of all [Side]s in turn
/// (A-B-A-B) after a warm-up; [Rounds] is what one side gave; [Result] what the scenario did.
///
/// One thread drives a run. Absent on purpose: knowledge of any scenario, and of the report.
@NullMarked
package org.openlambda.bench.harness;

import org.jspecify.annotations.NullMarked;
