/// The PostgreSQL server that `ol up` starts for itself when no other is named: the real one, with
/// durability on, reachable by a Unix socket only.
///
/// [EmbeddedPostgres] is its life; [Programs] unpacks what it consists of, [ServerUser] decides as
/// whom it runs, [Postmaster] finds one that a crash has left running. Called by `server`. Owns one
/// folder, and unpacks once into another one what all servers of an installation share:
///
///     SHARED/programs-CHECKSUM/   bin, lib, share; in FOLDER if nothing can be written here
///     FOLDER/lock                 held while a server of ours is open
///     FOLDER/programs/            where the server finds them, if it has a user of its own
///     FOLDER/data/                the cluster
///     FOLDER/socket/              .s.PGSQL.5432
///     FOLDER/server.log           what it says; the one before is server.log.old
///
/// Absent on purpose: SQL, connections, and upgrades between major versions, which are refused.
@NullMarked
package org.openlambda.control.postgres;

import org.jspecify.annotations.NullMarked;
