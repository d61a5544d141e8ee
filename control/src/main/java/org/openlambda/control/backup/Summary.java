package org.openlambda.control.backup;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a backup holds.
public record Summary(int archives, int tables, long rows) {
  /// The same for programs.
  public ObjectNode json() {
    return JsonMapper.shared()
        .createObjectNode()
        .put("archives", archives)
        .put("tables", tables)
        .put("rows", rows);
  }

  @Override
  public String toString() {
    return "%d archives of code and %d rows in %d tables".formatted(archives, rows, tables);
  }
}
