package org.openlambda.gateway.door;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The names under which this door answers: the loopback ones and those configured. A page of
/// another site whose name was rebound to 127.0.0.1 sends its own name, and is refused.
final class Hosts {
  private final Set<String> configured;

  Hosts(Set<String> configured) {
    this.configured =
        configured.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  /// Whether `authority`, the value of a `Host` field with or without a port, is one of them.
  boolean contains(String authority) {
    if (configured.contains(DoorConfig.ANY_HOST)) {
      return !authority.isEmpty();
    }
    int end = hostEnd(authority);
    if (end <= 0 || !isPort(authority, end)) {
      return false;
    }
    if (isBelow(authority, end, "localhost") || isName(authority, end, "[::1]")) {
      return true;
    }
    return isLoopbackAddress(authority, end)
        || (!configured.isEmpty()
            && configured.contains(authority.substring(0, end).toLowerCase(Locale.ROOT)));
  }

  private static int hostEnd(String authority) {
    if (authority.startsWith("[")) {
      return authority.indexOf(']') + 1;
    }
    int colon = authority.indexOf(':');
    return colon < 0 ? authority.length() : colon;
  }

  private static boolean isPort(String authority, int from) {
    if (from == authority.length()) {
      return true;
    }
    if (authority.charAt(from) != ':' || authority.length() > from + 6) {
      return false;
    }
    for (int i = from + 1; i < authority.length(); i++) {
      if (!isDigit(authority.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isName(String authority, int end, String name) {
    return end == name.length() && authority.regionMatches(true, 0, name, 0, end);
  }

  /// A name, or one that ends in it after a dot: no name below `localhost` can be somebody's (RFC
  /// 6761, section 6.3).
  private static boolean isBelow(String authority, int end, String name) {
    int from = end - name.length();
    return from >= 0
        && (from == 0 || authority.charAt(from - 1) == '.')
        && authority.regionMatches(true, from, name, 0, name.length());
  }

  /// `127.` and three more numbers: a name like `127.0.0.1.example.org` is none.
  private static boolean isLoopbackAddress(String authority, int end) {
    if (end > "127.255.255.255".length() || !authority.startsWith("127.")) {
      return false;
    }
    int dots = 0;
    for (int i = 0; i < end; i++) {
      char c = authority.charAt(i);
      if (c == '.') {
        dots++;
      } else if (!isDigit(c)) {
        return false;
      }
    }
    return dots == 3;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
