/// The database of the control plane: PostgreSQL, the only place that must survive.
///
/// [Database] runs work in transactions on a few threads of its own and brings the schema up to
/// date when it opens; [DatabaseAddress] says where it is, [DatabaseUrl] reads that as PostgreSQL's
/// tools do; [Transaction] is what work is given. Every write says what it changed; [ChangeFeed]
/// tells every node. [Unavailable] is what callers see while the database is away: nothing has to
/// be restarted when it comes back.
///
/// [Snapshot] reads all [Tables] as of one moment, [Filling] writes them into an empty database:
/// for `backup`.
///
/// Called by the rooms that keep something in it, each with its own SQL. The schema is in
/// `resources/…/database/V*.sql`, applied by Flyway, never edited once released. Absent on purpose:
/// what the tables mean.
@NullMarked
package org.openlambda.control.database;

import org.jspecify.annotations.NullMarked;
