package org.openlambda.server.tenancy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A server that is ready, as its file says:
///
///     {"pid": 4121, "started": 90210, "boot": "…", "address": "http://127.0.0.1:9000",
///      "since": "2026-01-31T12:00:00Z", "database": "its own", "account": "123456789012",
///      "region": "us-east-1"}
///
/// @param address that it is called at
/// @param since when it was ready (ISO 8601)
/// @param database where it remembers; without a password
/// @param account the first
public record Tenant(
    ProcessMark process,
    String address,
    String since,
    String database,
    String account,
    String region) {
  /// [#database] of a server that has started one.
  public static final String OWN = "its own";

  private static final String FILE = "server.json";

  public ObjectNode json() {
    return process
        .json()
        .put("address", address)
        .put("since", since)
        .put("database", database)
        .put("account", account)
        .put("region", region);
  }

  /// What the file in a data folder says; empty if there is none, or none that can be understood.
  static Optional<Tenant> read(Path data) throws IOException {
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(data.resolve(FILE)));
      ProcessMark process = ProcessMark.of(json);
      if (process.pid() <= 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Tenant(
              process,
              json.path("address").asString(""),
              json.path("since").asString(""),
              json.path("database").asString(""),
              json.path("account").asString(""),
              json.path("region").asString("")));
    } catch (NoSuchFileException | JacksonException e) {
      return Optional.empty();
    }
  }

  void write(Path data) throws IOException {
    Path partial = data.resolve(FILE + ".partial");
    Files.write(partial, JsonMapper.shared().writeValueAsBytes(json()));
    Files.move(partial, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  static void remove(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }
}
