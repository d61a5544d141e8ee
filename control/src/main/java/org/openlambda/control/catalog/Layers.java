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
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Digest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The tables of layers. Every method is part of its caller's transaction. Any thread, one
/// transaction each.
public final class Layers {
  private static final String COLUMNS =
      "select l.name, v.number, v.code, c.tree, c.size, v.about, v.created from layer l"
          + " join layer_version v on v.layer = l.id join code c on c.sha256 = v.code"
          + " where l.account = :account and ";

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
    return new LayerVersion(name, numbered.number, code, about, now);
  }

  /// A version that was not deleted.
  public Optional<LayerVersion> find(Transaction t, Account account, String name, int number) {
    return query(t, "l.name = :name and v.number = :number and not v.deleted", account)
        .bind("name", name)
        .bind("number", number)
        .map((row, _) -> version(row))
        .findFirst();
  }

  /// Those of a layer that were not deleted, the newest first.
  public List<LayerVersion> versions(Transaction t, Account account, String name) {
    return query(t, "l.name = :name and not v.deleted order by v.number desc", account)
        .bind("name", name)
        .map((row, _) -> version(row))
        .list();
  }

  /// Those of all layers that were not deleted, by name, the newest first.
  public List<LayerVersion> all(Transaction t, Account account) {
    return query(t, "not v.deleted order by l.name collate \"C\", v.number desc", account)
        .map((row, _) -> version(row))
        .list();
  }

  private static Query query(Transaction t, String which, Account account) {
    return t.sql().createQuery(COLUMNS + which).bind("account", account.text());
  }

  private LayerVersion version(ResultSet row) throws SQLException {
    return new LayerVersion(
        row.getString(1),
        row.getInt(2),
        new KeptCode(new Digest(row.getString(3)), new Digest(row.getString(4)), row.getLong(5)),
        (ObjectNode) mapper.readTree(row.getString(6)),
        row.getObject(7, OffsetDateTime.class).toInstant());
  }

  /// Deletes a version, if it is there; functions that have it keep it.
  public void delete(Transaction t, Account account, String name, int number) {
    t.sql()
        .execute(
            "update layer_version set deleted = true where number = ? and layer ="
                + " (select id from layer where account = ? and name = ?)",
            number,
            account.text(),
            name);
  }
}
