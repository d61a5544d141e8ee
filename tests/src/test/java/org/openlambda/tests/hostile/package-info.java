/// Attacks on sandboxes, from inside, judged from outside where that is possible.
///
/// - [HostileTest]: every attack runs in a real sandbox of a real worker; none succeeds.
/// - [ControlsTest]: with just the responsible layer switched off, in a throw-away place, it does.
/// - [UniquenessTest]: no two sandboxes of a zygote draw the same random value.
/// - [Stage] is the worker under attack, [Bystander] what on the host it must not reach,
///   [Leftovers] what must not stay behind.
///
/// Attacks are Python functions in `src/test/resources/hostile/attacks`; see the README there.
@NullMarked
package org.openlambda.tests.hostile;

import org.jspecify.annotations.NullMarked;
