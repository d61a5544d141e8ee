/// What a server must stand for long: a hundred thousand sandboxes, ten times the load it can
/// carry, and faults of the machine around it. Each test has two forms with the same code and other
/// numbers: a short one among all tests, and a long one (tags `soak` and `chaos`) that only `./dev
/// soak` and `./dev chaos` run.
///
/// - [SoakTest]: sandboxes made, used and destroyed, many of them killed; nothing grows.
/// - [OverloadTest]: more calls than can be served; all are answered.
/// - [ChaosTest]: processes and control groups are killed under load; it serves again by itself.
/// - [DatabaseAwayTest]: `ol up` without its database; calls go on.
/// - [DiskFullTest], [DescriptorsTest]: what every call needs is used up, and comes back.
///
/// [Levels] is what a server holds of the machine, [Kin] its processes, [Load] callers, [Summary]
/// what the commands print at their end.
@NullMarked
package org.openlambda.tests.endurance;

import org.jspecify.annotations.NullMarked;
