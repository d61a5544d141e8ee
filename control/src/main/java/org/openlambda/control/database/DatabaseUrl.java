package org.openlambda.control.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.control.database.DatabaseAddress.Login;

/// The addresses of databases as PostgreSQL's own tools read them (PostgreSQL, "Connection URIs"):
///
///     postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=/etc/ca.pem
///     postgres://USER@/DATABASE?host=/var/run/postgresql      by a Unix socket in that folder
///     postgres://USER@%2Fvar%2Frun%2Fpostgresql/DATABASE      the same
///
/// Without a user it is who runs this program. Only one host can be named.
final class DatabaseUrl {
  private static final Pattern URL =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^/?#]*)@)?(?<host>[^/?#@,]*)/(?<database>[^/?#@]+)"
              + "(?:\\?(?<query>[^#]*))?");

  private static final Pattern HOST = Pattern.compile("(?<name>.*?)(?::(?<port>[0-9]{1,5}))?");
  private static final String FORM = "postgres://USER:PASSWORD@HOST:PORT/DATABASE";

  /// What stands for an option of the connection, and how the driver calls it.
  private static final Map<String, String> OPTIONS =
      Map.of(
          "sslmode",
          "sslmode",
          "sslrootcert",
          "sslrootcert",
          "sslcert",
          "sslcert",
          "sslkey",
          "sslkey",
          "sslpassword",
          "sslpassword",
          "channel_binding",
          "channelBinding",
          "options",
          "options");

  private static final List<String> OTHERS = List.of("host", "port", "user", "password");
  private static final List<String> SSL_MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private final Matcher url;
  private final Map<String, String> query;

  private DatabaseUrl(Matcher url) {
    this.url = url;
    this.query = query(group(url, "query"));
  }

  /// @throws IllegalArgumentException saying what is wrong, without the password
  static DatabaseAddress read(String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw new IllegalArgumentException(
          "a database's address is "
              + FORM
              + "; in a password / is written %2F, ? is %3F, # is %23 and % is %25");
    }
    return new DatabaseUrl(url).address();
  }

  private DatabaseAddress address() {
    String database = decoded(url.group("database"));
    Matcher place = HOST.matcher(query.getOrDefault("host", decoded(group(url, "host"))));
    if (!place.matches() || place.group("name").isEmpty()) {
      throw new IllegalArgumentException("the address names no host: " + FORM);
    }
    String name = place.group("name");
    String port = query.getOrDefault("port", group(place, "port"));
    if (name.startsWith("/")) {
      String file = ".s.PGSQL." + (port.isEmpty() ? "5432" : port);
      return new DatabaseAddress.Socket(Path.of(name, file), login(), database);
    }
    String host = port.isEmpty() ? name : name + ":" + port;
    return new DatabaseAddress.Network(host, login(), database, options());
  }

  private Login login() {
    String both = group(url, "user");
    int colon = both.indexOf(':');
    String user = decoded(colon < 0 ? both : both.substring(0, colon));
    Optional<String> password =
        colon < 0 ? Optional.empty() : Optional.of(decoded(both.substring(colon + 1)));
    String self = user.isEmpty() ? System.getProperty("user.name", "") : user;
    return new Login(
        query.getOrDefault("user", self),
        Optional.ofNullable(query.get("password")).or(() -> password));
  }

  private Map<String, String> options() {
    String mode = query.getOrDefault("sslmode", "prefer");
    if (!SSL_MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "sslmode=%s is not known; there are %s".formatted(mode, String.join(", ", SSL_MODES)));
    }
    var options = new HashMap<String, String>();
    query.forEach((name, value) -> {
      if (OPTIONS.containsKey(name)) {
        options.put(OPTIONS.get(name), value);
      }
    });
    return options;
  }

  private static Map<String, String> query(String text) {
    var pairs = new HashMap<String, String>();
    for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (equals < 0 || !(OPTIONS.containsKey(name) || OTHERS.contains(name))) {
        var known = new TreeSet<>(OPTIONS.keySet());
        known.addAll(OTHERS);
        throw new IllegalArgumentException(
            "the address has an option that is not known; there are " + String.join(", ", known));
      }
      pairs.put(name, decoded(pair.substring(equals + 1)));
    }
    return pairs;
  }

  private static String group(Matcher matcher, String name) {
    String found = matcher.group(name);
    return found == null ? "" : found;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // which says what cannot be decoded: a password
      throw new IllegalArgumentException("the address has a % that is not followed by two digits");
    }
  }
}
