/// Functions with their versions and aliases, as the database has them, and as calls need them.
///
/// [Catalog] reads and writes [Function]s within a transaction; [AliasHistory] knows what aliases
/// named before, [AliasRollbacks] moves them back; [RouteTable] holds what may be called in memory,
/// swapped whole whenever something changed; [Translation] makes a version that a worker can run of
/// one that is kept. [Settlement] says how changes settle, [Obstacle] what excludes instances that
/// are kept ready. [Layers] has the versions of layers and who may use them.
///
/// Called by `lambda` and `server`. The configuration is kept in the form of the AWS Lambda API.
/// Absent on purpose: what a request may ask for, which `lambda` decides.
@NullMarked
package org.openlambda.control.catalog;

import org.jspecify.annotations.NullMarked;
