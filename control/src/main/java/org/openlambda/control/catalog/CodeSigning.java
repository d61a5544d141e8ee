package org.openlambda.control.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.database.Transaction;
import org.openlambda.core.function.Account;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The table of code signing configurations. Every method is part of its caller's transaction. Any
/// thread, one transaction each.
public final class CodeSigning {
  private final JsonMapper mapper = JsonMapper.shared();

  /// One of them.
  ///
  /// @param id `csc-…`
  /// @param value `{"Description", "AllowedPublishers", "CodeSigningPolicies"}`
  public record Config(String id, ObjectNode value, Instant modified) {}

  /// Keeps it, in the place of what has its id.
  public void put(Transaction t, Account account, Config config) {
    t.sql()
        .execute(
            "insert into code_signing_config (account, id, value, modified)"
                + " values (?, ?, ?::jsonb, ?) on conflict (account, id)"
                + " do update set value = excluded.value, modified = excluded.modified",
            account.text(),
            config.id,
            mapper.writeValueAsString(config.value),
            config.modified.atOffset(ZoneOffset.UTC));
  }

  /// The one with this id.
  public Optional<Config> find(Transaction t, Account account, String id) {
    return t.sql()
        .createQuery(
            "select id, value, modified from code_signing_config where account = ? and id = ?")
        .bind(0, account.text())
        .bind(1, id)
        .map((row, _) -> config(row))
        .findFirst();
  }

  /// At most `limit` of those whose id is greater than the marker, by id.
  public List<Config> list(Transaction t, Account account, String marker, int limit) {
    return t.sql()
        .createQuery(
            "select id, value, modified from code_signing_config where account = ?"
                + " and id collate \"C\" > ? order by id collate \"C\" limit ?")
        .bind(0, account.text())
        .bind(1, marker)
        .bind(2, limit)
        .map((row, _) -> config(row))
        .list();
  }

  private Config config(ResultSet row) throws SQLException {
    return new Config(
        row.getString(1),
        (ObjectNode) mapper.readTree(row.getString(2)),
        row.getObject(3, OffsetDateTime.class).toInstant());
  }

  /// Forgets it, if it is there.
  public void delete(Transaction t, Account account, String id) {
    t.sql()
        .execute(
            "delete from code_signing_config where account = ? and id = ?", account.text(), id);
  }

  /// At most `limit` names of the functions that have it and come after the marker, by name.
  public List<String> functions(
      Transaction t, Account account, String arn, String marker, int limit) {
    return t.sql()
        .createQuery(
            "select f.name from function f join setting s on s.function = f.id"
                + " where f.account = ? and s.kind = 'code_signing'"
                + " and s.value ->> 'CodeSigningConfigArn' = ? and f.name collate \"C\" > ?"
                + " order by f.name collate \"C\" limit ?")
        .bind(0, account.text())
        .bind(1, arn)
        .bind(2, marker)
        .bind(3, limit)
        .mapTo(String.class)
        .list();
  }
}
