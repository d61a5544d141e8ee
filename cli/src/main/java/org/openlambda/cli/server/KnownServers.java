package org.openlambda.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The servers that a user has keys of, in a file that only the user can read:
/// `$XDG_CONFIG_HOME/openlambda/servers.json`, with `~/.config` where that is not set.
///
///     {"current": "http://127.0.0.1:9000",
///      "servers": {"http://127.0.0.1:9000": {"key": "…", "secret": "…"}}}
///
/// For one thread.
public final class KnownServers {
  private static final String CURRENT = "current";
  private static final String SERVERS = "servers";

  private final Path file;

  private KnownServers(Path file) {
    this.file = file;
  }

  /// @param environment of the process
  public static KnownServers of(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String config = environment.getOrDefault("XDG_CONFIG_HOME", home + "/.config");
    return new KnownServers(Path.of(config, "openlambda", "servers.json"));
  }

  public Path file() {
    return file;
  }

  /// The server that is meant where none is named.
  public Optional<String> current() throws IOException {
    return Optional.of(read().path(CURRENT).asString("")).filter(text -> !text.isEmpty());
  }

  /// The key for a server.
  public Optional<Key> key(String address) throws IOException {
    var known = read().path(SERVERS).path(address);
    return known.isObject()
        ? Optional.of(new Key(known.path("key").asString(""), known.path("secret").asString("")))
        : Optional.empty();
  }

  /// Keeps the key of a server, which is the current one from then on.
  public void remember(String address, Key key) throws IOException {
    ObjectNode all = read();
    all.put(CURRENT, address);
    ObjectNode servers =
        all.get(SERVERS) instanceof ObjectNode there ? there : all.putObject(SERVERS);
    servers.putObject(address).put("key", key.id()).put("secret", key.secret());
    write(all);
  }

  private ObjectNode read() throws IOException {
    try {
      if (JsonMapper.shared().readTree(Files.readAllBytes(file)) instanceof ObjectNode all) {
        return all;
      }
    } catch (NoSuchFileException e) {
      return JsonMapper.shared().createObjectNode();
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new IOException(file + " holds no JSON object");
  }

  private void write(ObjectNode all) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(partial);
    Files.createFile(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(
        partial, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
