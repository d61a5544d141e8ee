package org.openlambda.control.database;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;

/// Where a PostgreSQL server is.
public sealed interface DatabaseAddress {
  /// On this machine, behind a Unix socket that only we can reach.
  ///
  /// @param socket its path, as in `/var/lib/openlambda/postgres/socket/.s.PGSQL.5432`
  /// @param role as whom
  /// @param database which of the server's
  record Socket(Path socket, String role, String database) implements DatabaseAddress {}

  /// Anywhere.
  ///
  /// @param jdbc `jdbc:postgresql://…`
  /// @param properties user and password, which must not be in a URL that is shown
  record Network(String jdbc, Properties properties) implements DatabaseAddress {}

  /// Where it is, without who may use it.
  default String shown() {
    return switch (this) {
      case Socket(Path socket, String _, String database) -> socket + " " + database;
      case Network(String jdbc, Properties _) ->
          jdbc.replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
    };
  }

  /// Reads `postgres://user:password@host:port/database?parameters` (PostgreSQL, "Connection
  /// URIs").
  ///
  /// @throws IllegalArgumentException saying what is wrong, without the password
  static DatabaseAddress parse(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the database's address is no URL", e);
    }
    boolean known = "postgres".equals(uri.getScheme()) || "postgresql".equals(uri.getScheme());
    if (!known || uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException(
          "a database's address is postgres://USER:PASSWORD@HOST:PORT/DATABASE");
    }
    var properties = new Properties();
    String user = uri.getRawUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      properties.setProperty("user", decoded(colon < 0 ? user : user.substring(0, colon)));
      if (colon >= 0) {
        properties.setProperty("password", decoded(user.substring(colon + 1)));
      }
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String jdbc = "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query;
    return new Network(jdbc, properties);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
