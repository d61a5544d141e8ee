package org.openlambda.control.cloudwatch;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A part of a sorted list. Its token is the key of its last item: what is inserted or removed
/// meanwhile moves nothing.
///
/// @param next empty if this is the last
record Page<T>(List<T> items, Optional<String> next) {
  /// @param items in any order
  /// @param order of their keys
  /// @param token of the page before
  static <T> Page<T> of(
      List<T> items,
      Function<T, String> key,
      Comparator<String> order,
      Optional<String> token,
      int limit)
      throws Refusal {
    Optional<String> last = token.isPresent() ? Optional.of(decoded(token.get())) : token;
    List<T> rest =
        items.stream()
            .filter(
                item -> last.map(before -> order.compare(key.apply(item), before) > 0).orElse(true))
            .sorted(Comparator.comparing(key, order))
            .limit(limit + 1L)
            .toList();
    if (rest.size() <= limit) {
      return new Page<>(rest, Optional.empty());
    }
    List<T> page = rest.subList(0, limit);
    return new Page<>(page, Optional.of(encoded(key.apply(page.getLast()))));
  }

  private static String encoded(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String token) throws Refusal {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("The specified nextToken is invalid.");
    }
  }

  Map<String, Object> answer(String name, List<Map<String, Object>> described) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put(name, described);
    next.ifPresent(token -> answer.put("nextToken", token));
    return answer;
  }
}
