package org.openlambda.core.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A place of the API of our own, and who is answered there.
///
/// @param operation its name in the audit log: `CreateUser`
/// @param method of HTTP; `*` for any
/// @param path from the root on; `{name}` stands for any one segment that is not empty, `*` at the
///   end for any rest
/// @param role that is needed; empty if whoever reaches the door is answered
public record Route(String operation, String method, String path, Optional<Role> role) {
  private static final String ANY = "*";

  /// One that needs a role.
  public static Route of(String operation, String method, String path, Role role) {
    return new Route(operation, method, path, Optional.of(role));
  }

  /// One that is open to everybody.
  public static Route open(String operation, String method, String path) {
    return new Route(operation, method, path, Optional.empty());
  }

  /// Whether it takes the method; `HEAD` is a `GET` whose answer has no body.
  public boolean takes(String asked) {
    return method.equals(ANY)
        || method.equals(asked)
        || (method.equals("GET") && asked.equals("HEAD"));
  }

  /// What stands in a path for each name in braces, percent-encoded as it came, in their order.
  ///
  /// @return empty if the path is another one
  public Optional<Map<String, String>> match(String asked) {
    if (path.endsWith(ANY)) {
      boolean below = asked.startsWith(path.substring(0, path.length() - 1));
      return below ? Optional.of(Map.of()) : Optional.empty();
    }
    String[] template = path.split("/", -1);
    String[] segments = asked.split("/", -1);
    if (template.length != segments.length) {
      return Optional.empty();
    }
    var labels = new LinkedHashMap<String, String>();
    for (int i = 0; i < template.length; i++) {
      String part = template[i];
      if (part.startsWith("{") && !segments[i].isEmpty()) {
        labels.put(part.substring(1, part.length() - 1), segments[i]);
      } else if (!part.equals(segments[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(labels);
  }

  /// Whether it changes something.
  public boolean isChange() {
    return !method.equals("GET") && !method.equals(ANY);
  }
}
