package org.openlambda.control.catalog;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
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

  /// With four queries, however many they are.
  private List<Function> read(Transaction t, Query query) {
    List<Row> rows = query.map((row, _) -> row(row)).list();
    String keys = rows.stream().map(row -> row.key.toString()).collect(joining(",", "{", "}"));
    var versions =
        byFunction(
            t,
            "select v.function, v.number, v.code, c.tree, c.size, v.configuration, v.environment,"
                + " v.modified, "
                + Settlement.COLUMNS
                + " from version v join code c on c.sha256 = v.code",
            keys,
            this::version);
    var aliases =
        byFunction(
            t,
            "select function, name, version, other, weight, description, revision from alias",
            keys,
            Catalog::alias);
    var settings =
        byFunction(
            t,
            "select function, kind, qualifier, value, revision, created, modified from setting",
            keys,
            this::setting);
    return rows.stream()
        .map(row ->
            new Function(
                row.key,
                row.id,
                row.next,
                row.reserved,
                mapper.readValue(row.tags, PAIRS),
                sorted(versions.get(row.key), KeptVersion::number),
                sorted(aliases.get(row.key), Alias::name),
                settings.getOrDefault(row.key, List.of())))
        .toList();
  }

  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// @param select whose first column is the key of a function
  /// @param keys as an array of the database
  private static <T> Map<UUID, List<T>> byFunction(
      Transaction t, String select, String keys, RowReader<T> reader) {
    return t
        .sql()
        .createQuery(select + " where function = any(cast(? as uuid[]))")
        .bind(0, keys)
        .map((row, _) -> Map.entry(row.getObject(1, UUID.class), reader.read(row)))
        .list()
        .stream()
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  private static <K extends Comparable<K>, T> SortedMap<K, T> sorted(
      @Nullable List<T> all, java.util.function.Function<T, K> key) {
    var sorted = new TreeMap<K, T>();
    (all == null ? List.<T>of() : all).forEach(one -> sorted.put(key.apply(one), one));
    return sorted;
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
        row.getObject(9, UUID.class),
        row.getObject(8, OffsetDateTime.class).toInstant(),
        Settlement.progress(row.getString(10)));
  }

  private static Alias alias(ResultSet row) throws SQLException {
    int other = row.getInt(4);
    Optional<Alias.Share> share =
        row.wasNull() ? Optional.empty() : Optional.of(new Alias.Share(other, row.getDouble(5)));
    return new Alias(
        row.getString(2), row.getInt(3), share, row.getString(6), row.getObject(7, UUID.class));
  }

  private Setting setting(ResultSet row) throws SQLException {
    return new Setting(
        Setting.Kind.of(row.getString(2)),
        row.getString(3),
        (ObjectNode) mapper.readTree(row.getString(4)),
        row.getObject(5, UUID.class),
        row.getObject(6, OffsetDateTime.class).toInstant(),
        row.getObject(7, OffsetDateTime.class).toInstant());
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
    keep(t, code);
    byte @Nullable [] sealed =
        version
            .environment()
            .map(pairs -> sealer.seal(mapper.writeValueAsBytes(pairs), owner(function)))
            .orElse(null);
    t.sql()
        .createUpdate(
            "insert into version (function, number, code, configuration, environment, revision,"
                + " modified, settling, settling_since, settled_as)"
                + " values (:function, :number, :code, :configuration::jsonb, :environment,"
                + " :revision, :modified, "
                + Settlement.VALUES
                + ")"
                + " on conflict (function, number) do update set"
                + " code = excluded.code, configuration = excluded.configuration,"
                + " environment = excluded.environment, revision = excluded.revision,"
                + " modified = excluded.modified, settling = excluded.settling,"
                + " settling_since = excluded.settling_since, settled_as = excluded.settled_as")
        .bind("function", function)
        .bind("number", version.number())
        .bind("code", code.archive().hex())
        .bind("configuration", mapper.writeValueAsString(version.configuration()))
        .bind("environment", sealed)
        .bind("revision", version.revision())
        .bind("modified", version.modified().atOffset(ZoneOffset.UTC))
        .bind("settling", Settlement.text(version.progress()))
        .execute();
    t.changed(id);
  }

  static void keep(Transaction t, KeptCode code) {
    t.sql()
        .execute(
            "insert into code (sha256, tree, size) values (?, ?, ?) on conflict do nothing",
            code.archive().hex(),
            code.tree().hex(),
            code.bytes());
  }

  /// Takes the next number.
  public void countVersion(Transaction t, Function function) {
    t.sql()
        .execute(
            "update function set next_version = next_version + 1 where id = ?", function.key());
  }

  /// Forgets a version, if it is there, with what it has.
  public void deleteVersion(Transaction t, Function function, int number) {
    t.sql()
        .execute("delete from version where function = ? and number = ?", function.key(), number);
    deleteSettings(t, function, Integer.toString(number));
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

  /// Forgets an alias, if it is there, with what it has.
  public void deleteAlias(Transaction t, Function function, String name) {
    t.sql().execute("delete from alias where function = ? and name = ?", function.key(), name);
    deleteSettings(t, function, name);
    t.changed(function.id());
  }

  private static void deleteSettings(Transaction t, Function function, String qualifier) {
    t.sql()
        .execute(
            "delete from setting where function = ? and qualifier = ?", function.key(), qualifier);
  }

  /// Writes a setting in the place of the one of its kind and qualifier, if there is one.
  public void put(Transaction t, Function function, Setting setting) {
    t.sql()
        .execute(
            "insert into setting (function, kind, qualifier, value, revision, created, modified)"
                + " values (?, ?, ?, ?::jsonb, ?, ?, ?) on conflict (function, qualifier, kind)"
                + " do update set value = excluded.value, revision = excluded.revision,"
                + " modified = excluded.modified",
            function.key(),
            setting.kind().text(),
            setting.qualifier(),
            mapper.writeValueAsString(setting.value()),
            setting.revision(),
            setting.created().atOffset(ZoneOffset.UTC),
            setting.modified().atOffset(ZoneOffset.UTC));
    t.changed(function.id());
  }

  /// Forgets a setting.
  public void delete(Transaction t, Function function, Setting setting) {
    t.sql()
        .execute(
            "delete from setting where function = ? and qualifier = ? and kind = ?",
            function.key(),
            setting.qualifier(),
            setting.kind().text());
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
                + " where f.account = :account)"
                + " + (select coalesce(sum(c.size), 0) from layer l join layer_version v"
                + " on v.layer = l.id join code c on c.sha256 = v.code"
                + " where l.account = :account),"
                + " (select count(*) from function f join version v on v.function = f.id"
                + " where f.account = :account),"
                + " count(*), coalesce(sum(reserved), 0) from function where account = :account")
        .bind("account", account.text())
        .map((row, _) -> new Totals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
        .one();
  }

  /// What an account keeps ready of functions that have reserved nothing, but for one setting.
  public int provisioned(Transaction t, Function function, String qualifier) {
    return t.sql()
        .createQuery(
            "select coalesce(sum((s.value ->> 'RequestedProvisionedConcurrentExecutions')::int), 0)"
                + " from setting s join function f on f.id = s.function"
                + " where f.account = :account and f.reserved is null and s.kind = 'provisioned'"
                + " and not (f.id = :function and s.qualifier = :qualifier)")
        .bind("account", function.id().account().text())
        .bind("function", function.key())
        .bind("qualifier", qualifier)
        .mapTo(Integer.class)
        .one();
  }

  /// @param codeBytes of the archives of all versions, of functions and layers
  /// @param versions of functions, each with what is not published
  /// @param functions how many
  /// @param reserved calls that functions have for themselves
  public record Totals(long codeBytes, long versions, long functions, long reserved) {}

  /// The moment that a change is dated with: what the database can keep.
  public static Instant moment(Instant now) {
    return now.truncatedTo(ChronoUnit.MICROS);
  }
}
