package org.openlambda.control.catalog;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.database.Transaction;

/// Aliases, and what they named before: the table `alias_history`, which only grows at its end, and
/// the steps between its rows. Every alias and every row says, in `back`, which row came before it:
///
///     1 ◀─ 2 ◀─ 3 ◀─ 4        the alias has named 1, 2, 3 and names 4
///          2 ◀───────────      it was rolled back twice: names 2, next before it is 1
///          2 ◀─ 5              and then moved to 5: next before it is 2, not what was taken back
///
/// Every method is part of its caller's transaction.
final class AliasHistory {
  /// Of each alias, the newest.
  static final int MOST_KEPT = 100;

  private AliasHistory() {}

  /// A row of what was.
  ///
  /// @param back the row before it, if there is one
  private record Step(int version, Optional<Alias.Share> other, Optional<Long> back) {
    /// What the alias is once it is there again.
    Alias taken(Alias alias) {
      return new Alias(alias.name(), version, other, alias.description(), UUID.randomUUID());
    }

    boolean isStillThere(Function function) {
      return function.versions().containsKey(version)
          && (other.isEmpty() || function.versions().containsKey(other.get().version()));
    }
  }

  /// Writes an alias; what it named before, if that is something else, is kept for going back.
  static void put(Transaction t, Function function, Alias alias) {
    Alias before = function.aliases().get(alias.name());
    if (before == null || before.namesTheSameAs(alias)) {
      write(t, function, alias);
      return;
    }
    long left = note(t, function, alias.name());
    write(t, function, alias);
    standAfter(t, function, alias.name(), Optional.of(left));
  }

  /// Moves an alias to the nearest of what it named before and is still there, and which instances
  /// can be kept ready for if they are for this alias.
  ///
  /// @return what it is then; empty if there is none, and it stays as it is
  static Optional<Alias> rollBack(Transaction t, Function function, Alias alias) {
    Optional<Step> step =
        before(t, function, alias.name()).stream()
            .filter(each -> each.isStillThere(function))
            .filter(each -> Obstacle.of(function, each.taken(alias)).isEmpty())
            .findFirst();
    if (step.isEmpty()) {
      return Optional.empty();
    }
    Alias after = step.get().taken(alias);
    var _ = note(t, function, alias.name()); // for the record: no step leads there
    write(t, function, after);
    standAfter(t, function, alias.name(), step.get().back());
    return Optional.of(after);
  }

  private static void write(Transaction t, Function function, Alias alias) {
    t.sql()
        .execute(
            "insert into alias (function, name, version, other, weight, description, revision)"
                + " values (?, ?, ?, ?, ?, ?, ?) on conflict (function, name) do update set version"
                + " = excluded.version, other = excluded.other, weight = excluded.weight,"
                + " description = excluded.description, revision = excluded.revision",
            function.key(),
            alias.name(),
            alias.version(),
            alias.other().map(Alias.Share::version).orElse(null),
            alias.other().map(Alias.Share::weight).orElse(null),
            alias.description(),
            alias.revision());
    t.changed(function.id());
  }

  /// Notes what an alias names now, as it will name something else.
  ///
  /// @return the position of the row
  private static long note(Transaction t, Function function, String alias) {
    long position =
        t.sql()
            .createQuery(
                "insert into alias_history (function, alias, version, other, weight, back)"
                    + " select function, name, version, other, weight, back from alias"
                    + " where function = ? and name = ? returning position")
            .bind(0, function.key())
            .bind(1, alias)
            .mapTo(Long.class)
            .one();
    t.sql()
        .execute(
            "delete from alias_history where function = ? and alias = ? and position <="
                + " (select position from alias_history where function = ? and alias = ?"
                + " order by position desc offset ? limit 1)",
            function.key(),
            alias,
            function.key(),
            alias,
            MOST_KEPT);
    return position;
  }

  /// What the alias named before, the nearest first.
  private static List<Step> before(Transaction t, Function function, String alias) {
    return t.sql()
        .createQuery(
            "with recursive step (version, other, weight, back, distance) as ("
                + " select h.version, h.other, h.weight, h.back, 1"
                + " from alias a join alias_history h on h.position = a.back"
                + " where a.function = :function and a.name = :alias"
                + " union all"
                + " select h.version, h.other, h.weight, h.back, step.distance + 1"
                + " from step join alias_history h on h.position = step.back)"
                + " select version, other, weight, back from step order by distance")
        .bind("function", function.key())
        .bind("alias", alias)
        .map((row, _) -> {
          int version = row.getInt(1);
          int other = row.getInt(2);
          Optional<Alias.Share> share =
              row.wasNull()
                  ? Optional.empty()
                  : Optional.of(new Alias.Share(other, row.getDouble(3)));
          return new Step(version, share, Optional.ofNullable(row.getObject(4, Long.class)));
        })
        .list();
  }

  /// Says which row comes before what the alias names now.
  private static void standAfter(
      Transaction t, Function function, String alias, Optional<Long> back) {
    t.sql()
        .execute(
            "update alias set back = ? where function = ? and name = ?",
            back.orElse(null),
            function.key(),
            alias);
  }
}
