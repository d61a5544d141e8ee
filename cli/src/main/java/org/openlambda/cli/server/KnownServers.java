package org.openlambda.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The servers that a user has keys or tokens of, in a file that only the user can read:
/// `$XDG_CONFIG_HOME/openlambda/servers.json`, with `~/.config` where that is not set.
///
///     {"current": "http://127.0.0.1:9000",
///      "servers": {"http://127.0.0.1:9000": {
///        "key": "…", "secret": "…",
///        "token": "…", "account": "…", "user": "…", "expires": "…"}}}
///
/// For one thread.
public final class KnownServers {
  private static final String CURRENT = "current";
  private static final String SERVERS = "servers";
  private static final String KEY = "key";
  private static final String TOKEN = "token";
  private static final String ACCOUNT = "account";
  private static final String USER = "user";
  private static final String EXPIRES = "expires";

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

  /// The addresses of all of them, sorted.
  public List<String> addresses() throws IOException {
    return read().path(SERVERS).propertyNames().stream().sorted().toList();
  }

  /// The key for a server.
  public Optional<Key> key(String address) throws IOException {
    JsonNode known = read().path(SERVERS).path(address);
    return known.has(KEY)
        ? Optional.of(new Key(Json.text(known, KEY), Json.text(known, "secret")))
        : Optional.empty();
  }

  /// Who is logged in at a server.
  public Optional<Login> login(String address) throws IOException {
    JsonNode known = read().path(SERVERS).path(address);
    return known.has(TOKEN)
        ? Optional.of(
            new Login(
                Json.text(known, TOKEN),
                Json.text(known, ACCOUNT),
                Json.text(known, USER),
                Json.text(known, EXPIRES)))
        : Optional.empty();
  }

  /// Makes a server the one that is meant where none is named.
  ///
  /// @return whether it is known
  public boolean use(String address) throws IOException {
    ObjectNode all = read();
    if (!all.path(SERVERS).has(address)) {
      return false;
    }
    all.put(CURRENT, address);
    write(all);
    return true;
  }

  /// Keeps the key of a server, which is the current one from then on. Nobody is logged in there.
  public void remember(String address, Key key) throws IOException {
    ObjectNode all = read();
    forgetLogin(entry(all, address).put(KEY, key.id()).put("secret", key.secret()));
    write(all);
  }

  /// Keeps who is logged in at a server, which is the current one from then on.
  public void remember(String address, Login login) throws IOException {
    ObjectNode all = read();
    entry(all, address)
        .put(TOKEN, login.token())
        .put(ACCOUNT, login.account())
        .put(USER, login.user())
        .put(EXPIRES, login.expires());
    write(all);
  }

  /// Nobody is logged in at a server any more; a key stays.
  public void forgetLogin(String address) throws IOException {
    ObjectNode all = read();
    if (all.path(SERVERS).path(address) instanceof ObjectNode known) {
      forgetLogin(known);
      write(all);
    }
  }

  private static void forgetLogin(ObjectNode known) {
    known.remove(List.of(TOKEN, ACCOUNT, USER, EXPIRES));
  }

  private static ObjectNode entry(ObjectNode all, String address) {
    all.put(CURRENT, address);
    ObjectNode servers =
        all.get(SERVERS) instanceof ObjectNode there ? there : all.putObject(SERVERS);
    return servers.get(address) instanceof ObjectNode there ? there : servers.putObject(address);
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
