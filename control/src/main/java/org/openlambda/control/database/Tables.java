package org.openlambda.control.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// Which tables a database has, but for that of the migrations.
///
/// @param schema the number of the last migration, as `5`
/// @param tables what refers to another one comes after it
/// @param sequences with the number that each has given last; those that gave none are left out
public record Tables(String schema, List<Table> tables, Map<String, Long> sequences) {
  static final String HISTORY = "flyway_schema_history";

  /// @param columns those that are stored
  public record Table(String name, List<String> columns) {
    public Table {
      columns = List.copyOf(columns);
    }

    /// As SQL names it, with its columns.
    String quoted() {
      return quote(name);
    }

    String list() {
      return String.join(", ", columns.stream().map(Tables::quote).toList());
    }
  }

  public Tables {
    tables = List.copyOf(tables);
    sequences = Map.copyOf(sequences);
  }

  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /// @throws Unavailable if it has no migrations: nothing of ours
  static Tables of(Handle sql) throws Unavailable {
    Set<String> names = names(sql);
    if (!names.remove(HISTORY)) {
      throw new Unavailable("the database is not that of a server: it has no " + HISTORY);
    }
    var tables = new ArrayList<Table>();
    for (String name : sorted(names, references(sql))) {
      tables.add(new Table(name, columns(sql, name)));
    }
    return new Tables(schema(sql), tables, sequences(sql));
  }

  static Set<String> names(Handle sql) {
    return new HashSet<>(
        sql.createQuery(
                "select relname from pg_class where relnamespace = current_schema()::regnamespace"
                    + " and relkind in ('r', 'p') and not relispartition")
            .mapTo(String.class)
            .list());
  }

  private static String schema(Handle sql) {
    return sql.createQuery(
            "select version from flyway_schema_history where success and version is not null"
                + " order by installed_rank desc limit 1")
        .mapTo(String.class)
        .one();
  }

  private static List<String> columns(Handle sql, String table) {
    return sql.createQuery(
            "select attname from pg_attribute where attrelid = quote_ident(:table)::regclass"
                + " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum")
        .bind("table", table)
        .mapTo(String.class)
        .list();
  }

  private static Map<String, Set<String>> references(Handle sql) {
    var all = new HashMap<String, Set<String>>();
    sql.createQuery(
            "select f.relname, t.relname from pg_constraint c join pg_class f on f.oid = c.conrelid"
                + " join pg_class t on t.oid = c.confrelid where c.contype = 'f'"
                + " and c.connamespace = current_schema()::regnamespace and f.oid <> t.oid")
        .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
        .forEach(
            one -> all.computeIfAbsent(one.getKey(), _ -> new HashSet<>()).add(one.getValue()));
    return all;
  }

  private static List<String> sorted(Set<String> names, Map<String, Set<String>> references) {
    var done = new ArrayList<String>();
    var left = new ArrayList<>(names.stream().sorted().toList());
    while (!left.isEmpty()) {
      List<String> next =
          left.stream()
              .filter(name -> done.containsAll(references.getOrDefault(name, Set.of())))
              .toList();
      if (next.isEmpty()) {
        throw new IllegalStateException("tables refer to one another in a circle: " + left);
      }
      done.addAll(next);
      left.removeAll(next);
    }
    return done;
  }

  private static Map<String, Long> sequences(Handle sql) {
    var all = new HashMap<String, Long>();
    sql.createQuery(
            "select sequencename, last_value from pg_sequences"
                + " where schemaname = current_schema() and last_value is not null")
        .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(one -> all.put(one.getKey(), one.getValue()));
    return all;
  }
}
