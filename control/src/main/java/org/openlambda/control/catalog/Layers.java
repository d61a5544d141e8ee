package org.openlambda.control.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.catalog.LayerVersion.Policy;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Digest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The tables of layers. Every method is part of its caller's transaction. Any thread, one
/// transaction each.
public final class Layers {
  private static final String COLUMNS =
      "select l.account, l.name, v.number, v.code, c.tree, c.size, v.about, v.created, v.policy,"
          + " v.policy_revision from layer l join layer_version v on v.layer = l.id"
          + " join code c on c.sha256 = v.code where l.account = :account and ";

  private final JsonMapper mapper = JsonMapper.shared();

  /// Keeps another version, with the next number.
  public LayerVersion publish(
      Transaction t, Account account, String name, KeptCode code, ObjectNode about, Instant now) {
    record Numbered(UUID layer, int number) {}
    Numbered numbered =
        t.sql()
            .createQuery(
                "insert into layer (account, name, next_version) values (?, ?, 2)"
                    + " on conflict (account, name)"
                    + " do update set next_version = layer.next_version + 1"
                    + " returning id, next_version - 1")
            .bind(0, account.text())
            .bind(1, name)
            .map((row, _) -> new Numbered(row.getObject(1, UUID.class), row.getInt(2)))
            .one();
    Catalog.keep(t, code);
    t.sql()
        .execute(
            "insert into layer_version (layer, number, code, about, created)"
                + " values (?, ?, ?, ?::jsonb, ?)",
            numbered.layer,
            numbered.number,
            code.archive().hex(),
            mapper.writeValueAsString(about),
            now.atOffset(ZoneOffset.UTC));
    var id = new LayerId(account, name, numbered.number);
    return new LayerVersion(id, code, about, now, Optional.empty());
  }

  /// A version.
  public Optional<LayerVersion> find(Transaction t, LayerId id) {
    return query(t, "l.name = :name and v.number = :number", id.account())
        .bind("name", id.name())
        .bind("number", id.number())
        .map((row, _) -> version(row))
        .findFirst();
  }

  /// Those of a layer, the newest first.
  public List<LayerVersion> versions(Transaction t, Account account, String name) {
    return query(t, "l.name = :name order by v.number desc", account)
        .bind("name", name)
        .map((row, _) -> version(row))
        .list();
  }

  /// Those of all layers, by name, the newest first.
  public List<LayerVersion> all(Transaction t, Account account) {
    return query(t, "true order by l.name collate \"C\", v.number desc", account)
        .map((row, _) -> version(row))
        .list();
  }

  private static Query query(Transaction t, String which, Account account) {
    return t.sql().createQuery(COLUMNS + which).bind("account", account.text());
  }

  private LayerVersion version(ResultSet row) throws SQLException {
    String policy = row.getString(9);
    return new LayerVersion(
        new LayerId(new Account(row.getString(1)), row.getString(2), row.getInt(3)),
        new KeptCode(new Digest(row.getString(4)), new Digest(row.getString(5)), row.getLong(6)),
        (ObjectNode) mapper.readTree(row.getString(7)),
        row.getObject(8, OffsetDateTime.class).toInstant(),
        policy == null
            ? Optional.empty()
            : Optional.of(
                new Policy((ObjectNode) mapper.readTree(policy), row.getObject(10, UUID.class))));
  }

  /// Deletes a version, if it is there; functions that have it keep it.
  public void delete(Transaction t, LayerId id) {
    t.sql()
        .execute(
            "delete from layer_version where number = ? and layer ="
                + " (select id from layer where account = ? and name = ?)",
            id.number(),
            id.account().text(),
            id.name());
  }

  /// Says who else may use a version; empty: nobody.
  public void permit(Transaction t, LayerId id, Optional<Policy> policy) {
    t.sql()
        .execute(
            "update layer_version set policy = ?::jsonb, policy_revision = ? where number = ? and"
                + " layer = (select id from layer where account = ? and name = ?)",
            policy.map(there -> mapper.writeValueAsString(there.value())).orElse(null),
            policy.map(Policy::revision).orElse(null),
            id.number(),
            id.account().text(),
            id.name());
  }
}
