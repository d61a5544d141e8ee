/// Drives a language runtime from outside, by `runtimes/PROTOCOL.md` alone, and checks every rule
/// that has a number there. A test that checks a rule has the number in its name.
///
/// [RuntimeUnderTest] is what is tested: a command and a folder of small handlers in its language.
/// [StartedRuntime] is one process of it, [Call] one stream of its link, [Gate] the place where a
/// handler and its test meet. [Referee] watches every frame of every test: it knows the rules that
/// hold at all times. [WorkerFrame] and [RuntimeFrame] are the two languages of the link.
///
/// Shares no code with the worker on purpose: two readings of the page find what one misses. Absent
/// on purpose: sandboxes, and whatever a language offers its functions beyond the page.
@NullMarked
package org.openlambda.conformance;

import org.jspecify.annotations.NullMarked;
