package org.openlambda.control.catalog;

import static java.util.stream.Collectors.joining;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The tables of functions. Every method is part of its caller's transaction, and what writes also
/// notes the change. Any thread, one transaction each.
public final class Catalog {
  private static final TypeReference<LinkedHashMap<String, String>> PAIRS =
      new TypeReference<>() {};

  private final Sealer sealer;
  private final JsonMapper mapper = JsonMapper.shared();

  public Catalog(Sealer sealer) {
    this.sealer = sealer;
  }

  private record Row(UUID key, FunctionId id, int next, OptionalInt reserved, String tags) {}

  public Optional<Function> find(Transaction t, FunctionId id) {
    Query query =
        rows(t, "where account = :account and name = :name")
            .bind("account", id.account().text())
            .bind("name", id.name().text());
    return read(t, query).stream().findFirst();
  }

  /// The functions of an account in the order of their names, after `marker`.
  public List<Function> list(Transaction t, Account account, String marker, int limit) {
    Query query =
        rows(
                t,
                "where account = :account and name collate \"C\" > :marker"
                    + " order by name collate \"C\" limit :limit")
            .bind("account", account.text())
            .bind("marker", marker)
            .bind("limit", limit);
    return read(t, query);
  }

  /// All of all accounts.
  public List<Function> all(Transaction t) {
    return read(t, rows(t, ""));
  }

  private static Query rows(Transaction t, String which) {
    String columns = "select id, account, name, next_version, reserved, tags from function ";
    return t.sql().createQuery(columns + which);
  }

  /// With three queries, however many they are.
  private List<Function> read(Transaction t, Query query) {
    List<Row> rows = query.map((row, _) -> row(row)).list();
    String keys = rows.stream().map(row -> row.key.toString()).collect(joining(",", "{", "}"));
    var versions = new HashMap<UUID, TreeMap<Integer, KeptVersion>>();
    t.sql()
        .createQuery(
            "select v.function, v.number, v.code, c.tree, c.size, v.configuration, v.environment,"
                + " v.revision, v.modified from version v join code c on c.sha256 = v.code"
                + " where v.function = any(cast(? as uuid[]))")
        .bind(0, keys)
        .map((row, _) -> Map.entry(row.getObject(1, UUID.class), version(row)))
        .forEach(entry ->
            versions
                .computeIfAbsent(entry.getKey(), _ -> new TreeMap<>())
                .put(entry.getValue().number(), entry.getValue()));
    var aliases = new HashMap<UUID, TreeMap<String, Alias>>();
    t.sql()
        .createQuery(
            "select function, name, version, other, weight, description, revision from alias"
                + " where function = any(cast(? as uuid[]))")
        .bind(0, keys)
        .map((row, _) -> Map.entry(row.getObject(1, UUID.class), alias(row)))
        .forEach(entry ->
            aliases
                .computeIfAbsent(entry.getKey(), _ -> new TreeMap<>())
                .put(entry.getValue().name(), entry.getValue()));
    return rows.stream()
        .map(row ->
            new Function(
                row.key,
                row.id,
                row.next,
                row.reserved,
                mapper.readValue(row.tags, PAIRS),
                versions.getOrDefault(row.key, new TreeMap<>()),
                aliases.getOrDefault(row.key, new TreeMap<>())))
        .toList();
  }

  private static Row row(ResultSet row) throws SQLException {
    int most = row.getInt(5);
    OptionalInt reserved = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(most);
    return new Row(
        row.getObject(1, UUID.class),
        new FunctionId(new Account(row.getString(2)), new FunctionName(row.getString(3))),
        row.getInt(4),
        reserved,
        row.getString(6));
  }

  private KeptVersion version(ResultSet row) throws SQLException {
    byte @Nullable [] sealed = row.getBytes(7);
    String owner = owner(row.getObject(1, UUID.class));
    Optional<Map<String, String>> environment =
        sealed == null
            ? Optional.empty()
            : Optional.of(
                mapper.readValue(
                    new String(sealer.open(sealed, owner), StandardCharsets.UTF_8), PAIRS));
    return new KeptVersion(
        row.getInt(2),
        new KeptCode(new Digest(row.getString(3)), new Digest(row.getString(4)), row.getLong(5)),
        (ObjectNode) mapper.readTree(row.getString(6)),
        environment,
        row.getObject(8, UUID.class),
        row.getObject(9, OffsetDateTime.class).toInstant());
  }

  private static Alias alias(ResultSet row) throws SQLException {
    int other = row.getInt(4);
    Optional<Alias.Share> share =
        row.wasNull() ? Optional.empty() : Optional.of(new Alias.Share(other, row.getDouble(5)));
    return new Alias(
        row.getString(2), row.getInt(3), share, row.getString(6), row.getObject(7, UUID.class));
  }

  private static String owner(UUID function) {
    return "function/" + function;
  }

  /// Makes one without versions; the caller adds `$LATEST`.
  ///
  /// @return its key
  public UUID insert(Transaction t, FunctionId id, Map<String, String> tags) {
    UUID key =
        t.sql()
            .createQuery(
                "insert into function (account, name, tags) values (?, ?, ?::jsonb) returning id")
            .bind(0, id.account().text())
            .bind(1, id.name().text())
            .bind(2, mapper.writeValueAsString(tags))
            .mapTo(UUID.class)
            .one();
    t.changed(id);
    return key;
  }

  /// Writes a version in the place of the one with its number, if there is one.
  public void put(Transaction t, UUID function, FunctionId id, KeptVersion version) {
    KeptCode code = version.code();
    t.sql()
        .execute(
            "insert into code (sha256, tree, size) values (?, ?, ?) on conflict do nothing",
            code.archive().hex(),
            code.tree().hex(),
            code.bytes());
    byte @Nullable [] sealed =
        version
            .environment()
            .map(pairs -> sealer.seal(mapper.writeValueAsBytes(pairs), owner(function)))
            .orElse(null);
    t.sql()
        .createUpdate(
            "insert into version (function, number, code, configuration, environment, revision,"
                + " modified) values (:function, :number, :code, :configuration::jsonb,"
                + " :environment, :revision, :modified)"
                + " on conflict (function, number) do update set"
                + " code = excluded.code, configuration = excluded.configuration,"
                + " environment = excluded.environment, revision = excluded.revision,"
                + " modified = excluded.modified")
        .bind("function", function)
        .bind("number", version.number())
        .bind("code", code.archive().hex())
        .bind("configuration", mapper.writeValueAsString(version.configuration()))
        .bind("environment", sealed)
        .bind("revision", version.revision())
        .bind("modified", version.modified().atOffset(ZoneOffset.UTC))
        .execute();
    t.changed(id);
  }

  /// Takes the next number.
  public void countVersion(Transaction t, Function function) {
    t.sql()
        .execute(
            "update function set next_version = next_version + 1 where id = ?", function.key());
  }

  /// Forgets a version, if it is there.
  public void deleteVersion(Transaction t, Function function, int number) {
    t.sql()
        .execute("delete from version where function = ? and number = ?", function.key(), number);
    t.changed(function.id());
  }

  /// Forgets a function with all it has.
  public void delete(Transaction t, Function function) {
    t.sql().execute("delete from function where id = ?", function.key());
    t.changed(function.id());
  }

  /// Writes an alias; what it named before, if that is something else, is kept for going back.
  public void put(Transaction t, Function function, Alias alias) {
    AliasHistory.put(t, function, alias);
  }

  /// Forgets an alias, if it is there.
  public void deleteAlias(Transaction t, Function function, String name) {
    t.sql().execute("delete from alias where function = ? and name = ?", function.key(), name);
    t.changed(function.id());
  }

  /// Writes the tags, all of them.
  public void tag(Transaction t, Function function, Map<String, String> tags) {
    t.sql()
        .execute(
            "update function set tags = ?::jsonb where id = ?",
            mapper.writeValueAsString(tags),
            function.key());
    t.changed(function.id());
  }

  /// Limits how many calls may run at once; empty for no limit.
  public void reserve(Transaction t, Function function, OptionalInt reserved) {
    t.sql()
        .execute(
            "update function set reserved = ? where id = ?",
            reserved.isPresent() ? reserved.getAsInt() : null,
            function.key());
    t.changed(function.id());
  }

  /// What all functions of an account have together.
  public Totals totals(Transaction t, Account account) {
    return t.sql()
        .createQuery(
            "select (select coalesce(sum(c.size), 0) from function f join version v"
                + " on v.function = f.id join code c on c.sha256 = v.code"
                + " where f.account = :account),"
                + " count(*), coalesce(sum(reserved), 0) from function where account = :account")
        .bind("account", account.text())
        .map((row, _) -> new Totals(row.getLong(1), row.getLong(2), row.getLong(3)))
        .one();
  }

  /// @param codeBytes of the archives of all versions
  /// @param functions how many
  /// @param reserved calls that functions have for themselves
  public record Totals(long codeBytes, long functions, long reserved) {}

  /// The moment that a change is dated with: what the database can keep.
  public static Instant moment(Instant now) {
    return now.truncatedTo(ChronoUnit.MICROS);
  }
}
